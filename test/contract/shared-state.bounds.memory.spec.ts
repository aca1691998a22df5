import { MemoryState } from '../../src/state/memory.state.js';
import { ExpiringMap } from '../../src/state/expiring-map.js';
import { codeOf } from './provider-bench.js';

const NO_SCOPES: ReadonlyMap<string, number> = new Map();

/** A clock that only the test moves. */
function startClock(): { now: () => number; pass: (ms: number) => void } {
  let nowMs = 1_700_000_000_000;
  return { now: () => nowMs, pass: (ms) => (nowMs += ms) };
}

describe('shared state in memory over its bounds', () => {
  it('refuses a one-time proof rather than forgetting one that lives', async () => {
    const clock = startClock();
    const state = new MemoryState({ proofs: 3 }, clock.now);
    expect(await state.claimOnce('a', 1_000)).toBe(true);
    expect(await state.claimOnce('b', 5_000)).toBe(true);
    expect(await state.claimOnce('c', 5_000)).toBe(true);
    expect(await codeOf(state.claimOnce('d', 1_000))).toBe('STATE_UNAVAILABLE');
    for (const key of ['a', 'b', 'c']) expect(await state.claimOnce(key, 1_000)).toBe(false);
    clock.pass(1_000);
    expect(await state.claimOnce('d', 1_000)).toBe(true);
    expect(await codeOf(state.claimOnce('a', 1_000))).toBe('STATE_UNAVAILABLE');
    expect(await state.claimOnce('b', 1_000)).toBe(false);
    expect(await state.checkHealth()).toBe(true);
  });

  it('finds the proofs whose life is over wherever they are', async () => {
    const clock = startClock();
    const state = new MemoryState({ proofs: 10_000 }, clock.now);
    for (let index = 0; index < 10_000; index += 1) {
      await state.claimOnce(`proof-${index}`, index % 2 === 0 ? 1_000 : 60_000);
    }
    clock.pass(1_000);
    let taken = 0;
    for (let index = 0; index < 20_000; index += 1) {
      taken += (await state.claimOnce(`later-${index}`, 60_000).catch(() => false)) ? 1 : 0;
    }
    expect(taken).toBe(5_000);
  });

  it('forgets the oldest grant, text and counter', async () => {
    const state = new MemoryState({ grants: 2, texts: 2, counters: 2 });
    for (const key of ['a', 'b', 'a', 'c']) {
      await state.putGrant(key, { decisionId: key, uses: 9, ttlMs: 60_000 }, NO_SCOPES);
      await state.remember(key, key, 60_000);
    }
    // "a" was put again after "b".
    const keys = ['a', 'b', 'c'];
    expect(await Promise.all(keys.map((key) => state.takeGrantUse(key)))).toEqual(['a', undefined, 'c']);
    expect(await Promise.all(keys.map((key) => state.recall(key)))).toEqual(['a', undefined, 'c']);
    for (const key of ['a', 'b', 'c']) await state.count(key, 60_000);
    expect((await state.count('c', 60_000)).total).toBe(2);
    expect((await state.count('a', 60_000)).total).toBe(1);
  });

  it('forgets none where one takes the place of itself', async () => {
    const state = new MemoryState({ texts: 2 });
    for (const key of ['a', 'b', 'b', 'b']) await state.remember(key, key, 60_000);
    expect([await state.recall('a'), await state.recall('b')]).toEqual(['a', 'b']);
  });

  it('ends every grant rather than forgetting that a scope was ended', async () => {
    const state = new MemoryState({ scopes: 2 });
    const put = async (key: string, scopes: ReadonlyMap<string, number>): Promise<void> =>
      state.putGrant(key, { decisionId: key, uses: 9, ttlMs: 60_000 }, scopes);
    const before = await state.readScopes(['a', 'b', 'c', 'd']);
    await put('bystander', await state.readScopes(['d']));
    await state.endScope('a', 60_000);
    await state.endScope('b', 60_000);
    expect(await state.takeGrantUse('bystander')).toBe('bystander');
    await state.endScope('c', 60_000);
    expect(await state.takeGrantUse('bystander')).toBeUndefined();
    for (const name of before.keys()) {
      await put(`outdated ${name}`, new Map([[name, before.get(name) ?? 0]]));
      expect(await state.takeGrantUse(`outdated ${name}`)).toBeUndefined();
      await put(`new ${name}`, await state.readScopes([name]));
      expect(await state.takeGrantUse(`new ${name}`)).toBe(`new ${name}`);
    }
  });
});

describe('ExpiringMap', () => {
  it('holds at most a tenth more than what lives, without anybody asking for what is over', () => {
    const clock = startClock();
    const map = new ExpiringMap<{ endsAtMs: number }>(1_000_000, clock.now);
    for (let index = 0; index < 20_000; index += 1) {
      clock.pass(1);
      // Of every ten, nine live for 100 ms and one for 2,000 ms: at any time 90 and 200 of them live.
      map.put(`${index}`, { endsAtMs: clock.now() + (index % 10 === 0 ? 2_000 : 100) });
    }
    expect(map.size).toBeGreaterThan(280);
    expect(map.size).toBeLessThan(330);
  });

  it('never holds more than its cap, and then the latest ones', () => {
    const clock = startClock();
    const map = new ExpiringMap<{ endsAtMs: number }>(100, clock.now);
    for (let index = 0; index < 5_000; index += 1) {
      map.put(`${index}`, { endsAtMs: clock.now() + 1_000 });
      if (index % 7 === 0) map.delete(`${index - 3}`);
    }
    expect(map.size).toBeLessThanOrEqual(100);
    expect(map.find('4999')).toBeDefined();
    expect(map.find('4000')).toBeUndefined();
    map.clear();
    expect(map.size).toBe(0);
    map.put('again', { endsAtMs: clock.now() + 1 });
    expect(map.find('again')).toBeDefined();
  });
});
