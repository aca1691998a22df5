import { SharedState } from '../../src/ports/shared-state.port.js';
import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';
import { describeOnRedis } from '../support/redis/describe-on-redis.js';
import { RedisProcess } from '../support/redis/redis-process.js';

const LIFE_MS = 60_000;

describeOnRedis('the service with REDIS_URL', (title) => {
  describe(title, () => {
    let redis: RedisProcess;
    let apps: RunningApp[];
    beforeEach(async () => {
      redis = await RedisProcess.start();
      apps = await Promise.all([createApp({ REDIS_URL: redis.url }), createApp({ REDIS_URL: redis.url })]);
    });
    afterEach(async () => {
      await Promise.all(apps.map((app) => app.close()));
      await redis.stop();
    });
    const stateOf = (app: RunningApp | undefined): SharedState => {
      if (app === undefined) throw new Error('no such app');
      return app.app.get(SharedState, { strict: false });
    };

    it('shares proofs with another one', async () => {
      expect(await stateOf(apps[0]).claimOnce('proof', LIFE_MS)).toBe(true);
      expect(await stateOf(apps[1]).claimOnce('proof', LIFE_MS)).toBe(false);
    });

    it('tells the state of Redis in its readiness, and lives on without it', async () => {
      const readiness = async (): Promise<unknown[]> => {
        const { status, body } = (await apps[0]?.http.get('/health/ready')) ?? { status: 0, body: {} };
        return [status, body.status, body.state];
      };
      expect(await readiness()).toEqual([200, 'ok', { status: 'ok' }]);
      await redis.kill();
      expect(await readiness()).toEqual([503, 'unavailable', { status: 'unavailable' }]);
      expect((await apps[0]?.http.get('/health/live'))?.status).toBe(200);
      await redis.startAgain();
      const endsAt = Date.now() + 10_000;
      while ((await readiness())[0] !== 200 && Date.now() < endsAt);
      expect(await readiness()).toEqual([200, 'ok', { status: 'ok' }]);
    });

    it('leaves no connection behind when it stops, and starts without Redis', async () => {
      const state = stateOf(apps[1]);
      expect(await state.checkHealth()).toBe(true);
      await apps[1]?.close();
      apps.pop();
      expect(await state.checkHealth()).toBe(false);
      await redis.kill();
      const startedAt = performance.now();
      apps.push(await createApp({ REDIS_URL: redis.url }));
      expect(performance.now() - startedAt).toBeLessThan(5_000);
      expect((await apps[1]?.http.get('/health/ready'))?.status).toBe(503);
    });
  });
});
