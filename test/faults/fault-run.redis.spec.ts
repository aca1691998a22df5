import { startKv2Server } from '../support/kv2-server/kv2-server.js';
import { describeOnRedis } from '../support/redis/describe-on-redis.js';
import { RedisProcess } from '../support/redis/redis-process.js';
import { buildService } from '../support/service-process.js';
import { runWithFaults } from './run/fault-run.js';
import { printReport } from './run/run-report.js';
import { operationsOf, SEED, timeoutOf } from './run/run-size.js';

/** The lease of a killed process holds its request back for five seconds, so there are fewer kills. */
const KILL_PACE = { least: 100, most: 200 };

describeOnRedis('histories with Idempotency-Key', (title) => {
  describe(title, () => {
    it(
      'hold every write once over three processes that are killed',
      async () => {
        const [store, redis] = await Promise.all([startKv2Server(), RedisProcess.start()]);
        try {
          buildService();
          const report = await runWithFaults({
            ...{ store, processes: 3, operations: operationsOf(0.4), seed: SEED, isOnce: true },
            ...{ killPace: KILL_PACE, env: { REDIS_URL: redis.url } },
          });
          printReport(title, report);
          expect({ FAULT_SEED: SEED, violations: report.violations }).toEqual({
            FAULT_SEED: SEED,
            violations: [],
          });
          expect(report.changes).not.toHaveProperty('never settled');
          expect(report.repeats).toBeGreaterThan(0);
          expect(report.kills).toBeGreaterThan(0);
        } finally {
          await Promise.all([store.stop(), redis.stop()]);
        }
      },
      timeoutOf(operationsOf(1)),
    );
  });
});
