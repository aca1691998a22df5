import { createHash } from 'node:crypto';
import { isNativeError } from 'node:util/types';
import type { Redis } from 'ioredis';

/** A Lua script on one key: Redis runs it as one step, known by its SHA-1 once it was sent. */
export class RedisScript {
  readonly #sha1: string;

  constructor(private readonly lua: string) {
    this.#sha1 = createHash('sha1').update(lua).digest('hex');
  }

  async run(redis: Redis, key: string, ...parameters: (string | number)[]): Promise<unknown> {
    try {
      return await redis.evalsha(this.#sha1, 1, key, ...parameters);
    } catch (error) {
      // A server that was started anew knows no script; it ran nothing, so the step is not done twice.
      if (!(isNativeError(error) && error.message.startsWith('NOSCRIPT'))) throw error;
      return redis.eval(this.lua, 1, key, ...parameters);
    }
  }
}
