import { Redis } from 'ioredis';
import { describeOnRedis } from '../support/redis/describe-on-redis.js';
import { Canaries } from './canaries.js';
import { RedisWatch } from './redis-watch.js';

describeOnRedis('the search for canaries in what a state is told', (title) => {
  it(`finds keys, values and arguments of scripts: ${title}`, async () => {
    const canaries = new Canaries();
    const [key, value, argument, password] = ['key', 'value', 'argument', 'password'].map((kind) =>
      canaries.make(kind),
    ) as [string, string, string, string];
    const watch = await RedisWatch.start(password);
    const redis = new Redis(watch.url, { password });
    await redis.set(key, value);
    await redis.eval('return 1', 0, argument);
    await redis.ping();
    await watch.waitFor('"ping"');
    expect(canaries.find(watch.text()).sort()).toEqual([key, value, argument].sort());
    redis.disconnect();
    await watch.stop();
  });
});
