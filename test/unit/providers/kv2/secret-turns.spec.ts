import { setTimeout as sleep } from 'node:timers/promises';
import { SecretTurns } from '../../../../src/providers/kv2/secret-turns.js';
import { codeOf } from '../../../contract/provider-bench.js';

const soon = (): number => performance.now() + 5000;

describe('turns at a secret', () => {
  it('go one after the other, in the order of asking, and end with a failure too', async () => {
    const turns = new SecretTurns();
    const log: string[] = [];
    const task = (name: string) => async (): Promise<void> => {
      log.push(`+${name}`);
      await sleep(5);
      log.push(`-${name}`);
      if (name === 'b') throw new Error('b failed');
    };
    const [a, b, c] = await Promise.allSettled(
      ['a', 'b', 'c'].map((name) => turns.run('s', soon(), task(name))),
    );
    expect(log).toEqual(['+a', '-a', '+b', '-b', '+c', '-c']);
    expect([a?.status, b?.status, c?.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(turns.isTaken('s')).toBe(false);
  });

  it('at two secrets go side by side', async () => {
    const turns = new SecretTurns();
    let release = (): void => undefined;
    const first = turns.run('one', soon(), () => new Promise<void>((resolve) => (release = resolve)));
    expect(turns.isTaken('one')).toBe(true);
    expect(await turns.run('two', soon(), () => Promise.resolve('done'))).toBe('done');
    release();
    await first;
  });

  it('that do not come in time are given up, and are left out', async () => {
    const turns = new SecretTurns();
    let release = (): void => undefined;
    const first = turns.run('s', soon(), () => new Promise<void>((resolve) => (release = resolve)));
    let ran = false;
    const late = turns.run('s', performance.now() + 20, () => Promise.resolve((ran = true)));
    const patient = turns.run('s', soon(), () => Promise.resolve('patient'));
    expect(await codeOf(late)).toBe('WRITE_CONFLICT');
    release();
    await first;
    expect(await patient).toBe('patient');
    expect(ran).toBe(false);
  });
});
