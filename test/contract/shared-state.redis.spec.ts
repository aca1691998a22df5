import { describeOnRedis } from '../support/redis/describe-on-redis.js';
import { RedisProcess } from '../support/redis/redis-process.js';
import { startRedisState } from '../support/redis/start-redis-state.js';
import { describeSharedState } from './shared-state.contract.js';

describeOnRedis('shared state in Redis', (title) => {
  describeSharedState(title, async () => {
    const redis = await RedisProcess.start();
    const [one, other] = await Promise.all([
      startRedisState({ REDIS_URL: redis.url }),
      startRedisState({ REDIS_URL: redis.url }),
    ]);
    return {
      clients: [one.state, other.state],
      stop: async () => {
        one.state.close();
        other.state.close();
        await redis.stop();
      },
    };
  });
});
