import { describeRateLimit } from './rate-limit.contract.js';

describeRateLimit('the rate limit of one process', () => undefined);
