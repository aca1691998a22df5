import { startKv2Server } from '../support/kv2-server/kv2-server.js';
import { describeOnRedis } from '../support/redis/describe-on-redis.js';
import { RedisProcess } from '../support/redis/redis-process.js';
import { describeMoveCuts } from './move-cuts.contract.js';

/** With an Idempotency-Key each, that Redis keeps over the death of a process. */
describeOnRedis('with an Idempotency-Key', (title) =>
  describeMoveCuts(title, async () => {
    const [redis, store] = await Promise.all([RedisProcess.start(), startKv2Server()]);
    const stop = async (): Promise<void> => void (await Promise.all([redis.stop(), store.stop()]));
    return { store, env: { REDIS_URL: redis.url }, hasKeys: true, share: 0.5, stop };
  }),
);
