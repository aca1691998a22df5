import { Injectable } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { SharedState } from '../ports/shared-state.port.js';

/** Counters of the rate limit in the shared state. A caller over its share is not kept out longer than the window. */
@Injectable()
export class SharedCounters implements ThrottlerStorage {
  constructor(private readonly state: SharedState) {}

  /** @param windowMs of the counter @returns times in whole seconds, as the library wants them */
  async increment(key: string, windowMs: number, limit: number): ReturnType<ThrottlerStorage['increment']> {
    const { total, resetMs } = await this.state.count(key, windowMs);
    const seconds = Math.ceil(resetMs / 1000);
    return {
      totalHits: total,
      timeToExpire: seconds,
      isBlocked: total > limit,
      timeToBlockExpire: seconds,
    };
  }
}
