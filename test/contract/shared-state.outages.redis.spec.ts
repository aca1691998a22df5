import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { SharedState } from '../../src/ports/shared-state.port.js';
import { SecretError } from '../../src/secrets/secret.errors.js';
import { describeOnRedis } from '../support/redis/describe-on-redis.js';
import { RedisProcess } from '../support/redis/redis-process.js';
import { startRedisState } from '../support/redis/start-redis-state.js';
import type { OpenedRedisState } from '../support/redis/start-redis-state.js';

const LIFE_MS = 60_000;
const GRANT = { decisionId: 'decision-7f3a', uses: 5, ttlMs: LIFE_MS };
const STEPS: readonly (readonly [string, (state: SharedState) => Promise<unknown>])[] = [
  ['claimOnce', (state) => state.claimOnce('key-91c2', LIFE_MS)],
  ['putGrant', (state) => state.putGrant('key-91c2', GRANT, new Map([['scope-c0de', 0]]))],
  ['takeGrantUse', (state) => state.takeGrantUse('key-91c2')],
  ['readScopes', (state) => state.readScopes(['scope-c0de'])],
  ['endScope', (state) => state.endScope('scope-c0de', LIFE_MS)],
  ['remember', (state) => state.remember('key-91c2', 'text-beef', LIFE_MS)],
  ['recall', (state) => state.recall('key-91c2')],
  ['count', (state) => state.count('key-91c2', LIFE_MS)],
];
const HIDDEN = /key-91c2|decision-7f3a|scope-c0de|text-beef|127\.0\.0\.1/;

/** Every method fails as it has to, all at once and within a second. */
async function expectAway(state: SharedState): Promise<void> {
  const startedAt = performance.now();
  const settled = await Promise.allSettled(STEPS.map(([, step]) => step(state)));
  const errors = settled.map((outcome) => outcome.status === 'rejected' && (outcome.reason as unknown));
  expect(errors.map((error) => error instanceof SecretError && [error.code, error.status])).toEqual(
    STEPS.map(() => ['STATE_UNAVAILABLE', 503]),
  );
  expect(inspect(errors, { depth: 10, showHidden: true })).not.toMatch(HIDDEN);
  expect(await state.checkHealth()).toBe(false);
  // 1,000 for the steps and as much for the question of health behind them.
  expect(performance.now() - startedAt).toBeLessThan(2_000);
}

async function untilBack(state: SharedState): Promise<number> {
  const startedAt = performance.now();
  while (!(await state.checkHealth())) {
    if (performance.now() - startedAt > 15_000) throw new Error('the state does not come back');
    await sleep(20);
  }
  return performance.now() - startedAt;
}

describeOnRedis('shared state while Redis is away', (title) => {
  describe(title, () => {
    let redis: RedisProcess;
    let opened: OpenedRedisState;
    let state: SharedState;
    beforeEach(async () => {
      redis = await RedisProcess.start();
      opened = await startRedisState({ REDIS_URL: redis.url });
      state = opened.state;
      expect(await state.checkHealth()).toBe(true);
    });
    afterEach(async () => {
      opened.state.close();
      redis.resume();
      await redis.stop();
    });

    it.each(STEPS)('%s fails within a second', async (_name, step) => {
      await redis.kill();
      const startedAt = performance.now();
      await expect(step(state)).rejects.toMatchObject({ code: 'STATE_UNAVAILABLE' });
      expect(performance.now() - startedAt).toBeLessThan(1_000);
    });

    it('fails while it is killed, says so once, and comes back by itself', async () => {
      await redis.kill();
      for (let round = 0; round < 5; round += 1) {
        await expectAway(state);
        await sleep(100);
      }
      await redis.startAgain();
      expect(await untilBack(state)).toBeLessThan(3_000);
      for (const [, step] of STEPS) await step(state);
      expect(opened.lines).toEqual([
        expect.stringMatching(/^the shared state in Redis cannot be used: E?[A-Za-z]+$/),
        'the shared state can be used again',
      ]);
    });

    it('fails while it takes connections and says nothing, old ones and new ones, and comes back', async () => {
      await redis.pause();
      await expectAway(state);
      const fresh = await startRedisState({ REDIS_URL: redis.url });
      await expectAway(fresh.state);
      await sleep(2_500); // the silent connection is given up meanwhile
      await expectAway(state);
      redis.resume();
      await untilBack(state);
      await untilBack(fresh.state);
      fresh.state.close();
      expect(opened.lines.join('\n') + fresh.lines.join('\n')).not.toMatch(HIDDEN);
    });

    it('sends nothing again when the connection is given up under it', async () => {
      await state.count('other', LIFE_MS); // so that the server knows the script
      await redis.pause();
      const counted = Array.from({ length: 20 }, () => state.count('c', LIFE_MS));
      const settled = await Promise.allSettled(counted);
      expect(settled.every(({ status }) => status === 'rejected')).toBe(true);
      await sleep(2_500);
      redis.resume();
      await untilBack(state);
      await sleep(200);
      // The server has read them late, each once.
      expect((await state.count('c', LIFE_MS)).total).toBe(21);
    });

    it('knows a server that lost its scripts and keys', async () => {
      for (const [, step] of STEPS) await step(state);
      await redis.kill();
      await redis.startAgain();
      await untilBack(state);
      expect(await state.takeGrantUse('key-91c2')).toBeUndefined();
      for (const [, step] of STEPS) await step(state);
    });

    it('is rejected after it was closed', async () => {
      opened.state.close();
      await sleep(50);
      await expectAway(state);
    });
  });

  describe(`${title}: at the start`, () => {
    it('a Redis that is not there yet is waited for in the background', async () => {
      const redis = await RedisProcess.start();
      await redis.kill();
      const { state } = await startRedisState({ REDIS_URL: redis.url });
      await expectAway(state);
      await redis.startAgain();
      expect(await untilBack(state)).toBeLessThan(3_000);
      state.close();
      await redis.stop();
    });

    it('the first step waits for the connection', async () => {
      const redis = await RedisProcess.start();
      const { state } = await startRedisState({ REDIS_URL: redis.url });
      expect(await state.claimOnce('k', LIFE_MS)).toBe(true);
      state.close();
      await redis.stop();
    });
  });
});
