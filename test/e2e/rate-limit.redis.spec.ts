import { describeOnRedis } from '../support/redis/describe-on-redis.js';
import { RedisProcess } from '../support/redis/redis-process.js';
import { describeRateLimit } from './rate-limit.contract.js';

describeOnRedis('the rate limit of two processes', (title) => {
  let redis: RedisProcess;
  beforeAll(async () => {
    redis = await RedisProcess.start();
  });
  afterAll(async () => {
    await redis.stop();
  });
  describeRateLimit(title, () => ({ REDIS_URL: redis.url }));
});
