import { SecretError } from '../secrets/secret.errors.js';

export interface QueueLimits {
  /** Calls in flight at once. */
  readonly maxConcurrency: number;
  /** Calls that may wait. */
  readonly queue: number;
  /** How long one may wait at the most, in milliseconds. */
  readonly timeoutMs: number;
}

/** A queue that has not been empty for so long, and for so many calls, is not a burst but too much load. */
const STANDING_MS = 500;
const STANDING_CALLS = 5;
/** How long calls may wait then: times the time that a call takes, and no shorter than this. */
const OVERLOADED_CALLS = 3;
const OVERLOADED_MS = 50;
/** Weight of the newest call in the time that a call takes. */
const NEWEST = 0.05;
const RETRY_AFTER_SECONDS = 1;

/**
 * A cap on calls in flight, with a short bounded queue: first come, first served. In a burst a call may wait as long
 * as a call may take. Under lasting overload that would only make every answer late and none more: from then on a
 * call that cannot begin within about three calls' time is refused, so that those that are let in stay fast
 * (the idea of CoDel, RFC 8289, with the wait bounded by what calls take instead of a constant).
 */
export class CallQueue {
  private readonly waiting = new Set<() => void>();
  private active = 0;
  /** Milliseconds that a call takes, smoothed; what is known before the first one. */
  private callMs = 0;
  private standingSinceMs: number | undefined;

  constructor(
    private readonly limits: QueueLimits,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  get inFlight(): number {
    return this.active;
  }

  get length(): number {
    return this.waiting.size;
  }

  /** Whether a call that came now would be refused at once. */
  get isRefusing(): boolean {
    const { queue, maxConcurrency } = this.limits;
    if (this.active < maxConcurrency) return false;
    if (this.waiting.size >= queue) return true;
    const expectedMs = ((this.waiting.size + 1) / maxConcurrency) * this.callMs;
    return this.isOverloaded() && expectedMs > this.patienceMs();
  }

  /** @throws SecretError OVERLOADED where the queue is full or the wait was too long, and what the call throws */
  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.active >= this.limits.maxConcurrency) await this.wait();
    else this.active += 1;
    const startMs = this.nowMs();
    try {
      return await call();
    } finally {
      this.callMs += (this.nowMs() - startMs - this.callMs) * (this.callMs === 0 ? 1 : NEWEST);
      this.passOn();
    }
  }

  /** Resolves with a place that a call before has left. */
  private wait(): Promise<void> {
    if (this.isRefusing) return Promise.reject(overloaded());
    const patienceMs = this.patienceMs();
    this.standingSinceMs ??= this.nowMs();
    return new Promise((resolve, reject) => {
      const begin = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.waiting.delete(begin);
        reject(overloaded());
      }, patienceMs);
      this.waiting.add(begin);
    });
  }

  private passOn(): void {
    const [next] = this.waiting;
    if (next === undefined) {
      this.active -= 1;
      this.standingSinceMs = undefined;
      return;
    }
    this.waiting.delete(next);
    next();
  }

  private patienceMs(): number {
    if (!this.isOverloaded()) return this.limits.timeoutMs;
    return Math.min(this.limits.timeoutMs, Math.max(OVERLOADED_MS, OVERLOADED_CALLS * this.callMs));
  }

  private isOverloaded(): boolean {
    if (this.standingSinceMs === undefined) return false;
    return this.nowMs() - this.standingSinceMs > Math.max(STANDING_MS, STANDING_CALLS * this.callMs);
  }
}

function overloaded(): SecretError {
  return new SecretError('OVERLOADED', undefined, { retryAfterSeconds: RETRY_AFTER_SECONDS });
}
