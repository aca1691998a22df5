import { StoreResilience } from '../../../src/providers/resilience.js';
import { SecretError } from '../../../src/secrets/secret.errors.js';
import type { ErrorCode } from '../../../src/secrets/secret.errors.js';

const limits = {
  timeoutMs: 1000,
  retries: 2,
  maxConcurrency: 2,
  queue: 1,
  circuitFailures: 100,
  circuitResetMs: 1000,
};

/** A call that fails with the code the given number of times, and counts how often it was made. */
function failing(code: ErrorCode, times: number): { call: () => Promise<string>; count: () => number } {
  let made = 0;
  return {
    call: () => ((made += 1) <= times ? Promise.reject(new SecretError(code)) : Promise.resolve('done')),
    count: () => made,
  };
}

describe('the resilience of a store', () => {
  it('tries a read again that met no store, as often as configured', async () => {
    const twice = failing('PROVIDER_UNAVAILABLE', 2);
    await expect(new StoreResilience(limits).run('read', twice.call)).resolves.toBe('done');
    expect(twice.count()).toBe(3);
    const thrice = failing('PROVIDER_UNAVAILABLE', 3);
    await expect(new StoreResilience(limits).run('read', thrice.call)).rejects.toMatchObject({
      code: 'PROVIDER_UNAVAILABLE',
    });
    expect(thrice.count()).toBe(3);
    const never = failing('PROVIDER_UNAVAILABLE', 1);
    await expect(new StoreResilience({ ...limits, retries: 0 }).run('read', never.call)).rejects.toThrow(
      SecretError,
    );
    expect(never.count()).toBe(1);
  });

  it.each(['change', 'remove', 'destroy', 'undelete', 'destroyVersions', 'updateOwner'])(
    'never tries %s again',
    async (operation) => {
      const once = failing('PROVIDER_UNAVAILABLE', 1);
      await expect(new StoreResilience(limits).run(operation, once.call)).rejects.toThrow(SecretError);
      expect(once.count()).toBe(1);
    },
  );

  it.each(['SECRET_NOT_FOUND', 'PROVIDER_TIMEOUT', 'PROVIDER_DENIED', 'PROVIDER_OVERLOADED'] as const)(
    'does not ask again after %s',
    async (code) => {
      const once = failing(code, 1);
      await expect(new StoreResilience(limits).run('read', once.call)).rejects.toMatchObject({ code });
      expect(once.count()).toBe(1);
    },
  );

  it('lets a listing in however many there are, since it asks about what it finds', async () => {
    const resilience = new StoreResilience({ ...limits, maxConcurrency: 1, queue: 0 });
    const inner = await resilience.run('list', () =>
      resilience.run('list', () => resilience.run('readKeys', () => Promise.resolve('keys'))),
    );
    expect(inner).toBe('keys');
  });

  it('lets reads from memory in however many there are, and caps the writes beside them', async () => {
    const resilience = new StoreResilience({ ...limits, maxConcurrency: 1, queue: 0 }, { isLocal: true });
    const releases: (() => void)[] = [];
    const held = (): Promise<void> => new Promise((resolve) => releases.push(resolve));
    const reads = Array.from({ length: 500 }, () => resilience.run('read', held));
    const write = resilience.run('change', held);
    await expect(resilience.run('change', held)).rejects.toMatchObject({ code: 'OVERLOADED' });
    expect(releases).toHaveLength(501);
    releases.forEach((release) => release());
    await Promise.all([...reads, write]);
  });

  it('lets so many calls in, lets so many wait, and refuses the next', async () => {
    const resilience = new StoreResilience(limits);
    const releases: (() => void)[] = [];
    const held = (): Promise<void> => new Promise((resolve) => releases.push(resolve));
    const admitted = [1, 2, 3].map(() => resilience.run('change', held));
    await expect(resilience.run('change', held)).rejects.toMatchObject({ code: 'OVERLOADED', status: 503 });
    expect(releases).toHaveLength(2);
    releases.forEach((release) => release());
    await new Promise((resolve) => setImmediate(resolve));
    expect(releases).toHaveLength(3);
    releases.forEach((release) => release());
    await Promise.all(admitted);
  });

  it('waits as long as the store asks before it tries a read again, and gives up where that is too long', async () => {
    const failure = (seconds: number): SecretError =>
      new SecretError('PROVIDER_UNAVAILABLE', undefined, { storeRetryAfterSeconds: seconds });
    const begunMs = performance.now();
    const calls: number[] = [];
    const patient = new StoreResilience({ ...limits, timeoutMs: 5000 });
    const done = await patient.run('read', () => {
      calls.push(performance.now() - begunMs);
      return calls.length === 1 ? Promise.reject(failure(1)) : Promise.resolve('done');
    });
    expect(done).toBe('done');
    expect(calls[1]).toBeGreaterThanOrEqual(990);
    const once = failing('PROVIDER_UNAVAILABLE', 9);
    await expect(
      new StoreResilience(limits).run('read', () => once.call().catch(() => Promise.reject(failure(30)))),
    ).rejects.toMatchObject({ facts: { storeRetryAfterSeconds: 30 } });
    expect(once.count()).toBe(1);
  });

  it('refuses a call that has waited as long as a call may take', async () => {
    const resilience = new StoreResilience({ ...limits, timeoutMs: 100, maxConcurrency: 1, queue: 5 });
    const releases: (() => void)[] = [];
    const held = (): Promise<void> => new Promise((resolve) => releases.push(resolve));
    const first = resilience.run('change', held);
    await expect(resilience.run('change', held)).rejects.toMatchObject({
      code: 'OVERLOADED',
      facts: { retryAfterSeconds: 1 },
    });
    expect([releases.length, resilience.queue.length]).toEqual([1, 0]);
    releases.forEach((release) => release());
    await first;
    expect(resilience.queue.inFlight).toBe(0);
  });
});
