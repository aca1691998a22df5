import type { Redis } from 'ioredis';
import type { AppConfig } from '../config/app-config.js';
import type { Log } from '../observability/log.js';
import { SecretError } from '../secrets/secret.errors.js';
import { withDeadline } from './deadline.js';
import { describeEviction } from './redis-eviction.js';
import { describeRedisFailure } from './redis-failure.js';
import { redisOptions } from './redis-options.js';

/** Both together stay below the second within which a step has to fail. */
const CONNECT_WAIT_MS = 350;
const STEP_TIMEOUT_MS = 500;
const RETRY_AFTER_SECONDS = 1;
/** An outage is told once in that time, however many steps fail. */
const TELL_PAUSE_MS = 10_000;

/** What the connection says to people. */
export type ConnectionLog = Pick<Log, 'info' | 'warn'>;

/** One connection to Redis that is made anew whenever it is lost. */
export class RedisConnection {
  /** Settled with the attempt to connect that is under way, or else with the next one. */
  #attempt = startAttempt();
  #toldAtMs = Number.NEGATIVE_INFINITY;
  #isAway = false;

  private constructor(
    private readonly redis: Redis,
    private readonly log: ConnectionLog,
  ) {
    redis.on('error', (error: unknown) => this.#tellAway(error));
    redis.on('ready', () => this.#welcome());
    redis.on('close', () => {
      this.#attempt.reject(new Error('the connection was closed'));
      this.#attempt = startAttempt();
    });
  }

  /**
   * Begins to connect and does not wait for it: a Redis that is away does not stop the start.
   * @param url a `redis:` or `rediss:` address as the configuration has checked it
   */
  static async open(
    url: string,
    settings: Omit<AppConfig['state'], 'redisUrl'>,
    log: ConnectionLog,
  ): Promise<RedisConnection> {
    // The library is loaded only where it is used: a cold start without it is faster.
    const { Redis } = await import('ioredis');
    const redis = new Redis(redisOptions(url, settings));
    const connection = new RedisConnection(redis, log);
    // A failure also comes as an `error` event, and the library goes on trying.
    redis.connect().catch(() => undefined);
    return connection;
  }

  /**
   * Runs one step, at the most once and within a second.
   * @throws SecretError STATE_UNAVAILABLE, without the library's own error, which holds keys and values
   */
  async run<T>(step: (redis: Redis) => Promise<T>): Promise<T> {
    try {
      if (this.redis.status !== 'ready') await withDeadline(CONNECT_WAIT_MS, this.#whenReady());
    } catch {
      throw stateUnavailable();
    }
    try {
      return await withDeadline(STEP_TIMEOUT_MS, step(this.redis));
    } catch (error) {
      this.#tellAway(error);
      throw stateUnavailable();
    }
  }

  /** For good; what is under way is rejected. */
  close(): void {
    this.redis.disconnect();
  }

  /** An attempt that is under way is waited for; between two attempts there is nothing to wait for. */
  #whenReady(): Promise<void> {
    const isTrying = this.redis.status === 'connecting' || this.redis.status === 'connect';
    return isTrying ? this.#attempt.promise : Promise.reject(new Error('there is no connection'));
  }

  #welcome(): void {
    this.#attempt.resolve();
    if (this.#isAway) this.log.info({}, 'the shared state can be used again');
    this.#isAway = false;
    this.#toldAtMs = Number.NEGATIVE_INFINITY;
    describeEviction(this.redis).then(
      (sentence) => sentence !== undefined && this.log.warn(sentence),
      () => undefined, // not everybody may ask that
    );
  }

  #tellAway(error: unknown): void {
    this.#isAway = true;
    if (performance.now() - this.#toldAtMs < TELL_PAUSE_MS) return;
    this.#toldAtMs = performance.now();
    this.log.warn(`the shared state in Redis cannot be used: ${describeRedisFailure(error)}`);
  }
}

function startAttempt(): PromiseWithResolvers<void> {
  const attempt = Promise.withResolvers<void>();
  attempt.promise.catch(() => undefined); // often nobody waits
  return attempt;
}

function stateUnavailable(): SecretError {
  return new SecretError('STATE_UNAVAILABLE', undefined, { retryAfterSeconds: RETRY_AFTER_SECONDS });
}
