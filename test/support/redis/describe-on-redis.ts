import { findRedis, NO_REDIS } from './find-redis.js';

/**
 * A suite that needs a real Redis. Where there is none it is replaced by one case that says so, and a line on the
 * console: it neither fails nor looks as if it had run.
 */
export function describeOnRedis(title: string, suite: (titleWithVersion: string) => void): void {
  const redis = findRedis();
  if (redis !== undefined) {
    suite(`${title}: Redis ${redis.version}`);
    return;
  }
  console.warn(`LEFT OUT: ${title} on a real Redis, ${NO_REDIS}`);
  describe(`${title}: Redis`, () => {
    it(`is left out: ${NO_REDIS}`, () => {
      expect(findRedis()).toBeUndefined();
    });
  });
}
