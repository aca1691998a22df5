import { describeOnRedis } from '../support/redis/describe-on-redis.js';
import { describeNoLeaks } from './no-leaks.contract.js';

describeOnRedis('no leaks', (title) =>
  describeNoLeaks(`decided elsewhere, remembered in Redis, at the finest level, ${title}`, {
    hasRedis: true,
    env: { PDP_ENGINE: 'authzen', AUDIT_FORMAT: 'native', LOG_LEVEL: 'trace' },
  }),
);
