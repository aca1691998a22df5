import { BulkheadRejectedError, ExponentialBackoff, bulkhead, handleWhen, retry, wrap } from 'cockatiel';
import type { IPolicy } from 'cockatiel';
import type { AppConfig } from '../config/app-config.js';
import { SecretError } from '../secrets/secret.errors.js';

/** Operations that change nothing: only these are tried again. */
const READS: ReadonlySet<string> = new Set(['read', 'readFacts', 'readKeys', 'readMetadata']);
/** Pages are read while others are asked about what was found: a place held meanwhile could be the one they wait for. */
const UNCAPPED: ReadonlySet<string> = new Set(['list']);
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 500;

/**
 * Stands around the calls to one store: a cap on those in flight with a short bounded queue, and retries with jitter
 * for reads that met no store. One that was too slow is not asked again: the caller has waited long enough.
 */
export class StoreResilience {
  private readonly capped: IPolicy;
  private readonly retried: IPolicy;

  /** @param readsFromMemory reads wait for nobody there: a cap would refuse what costs nothing */
  constructor(
    { maxConcurrency, queue, retries }: AppConfig['provider'],
    private readonly readsFromMemory = false,
  ) {
    this.capped = bulkhead(maxConcurrency, queue);
    const backoff = new ExponentialBackoff({ initialDelay: FIRST_RETRY_MS, maxDelay: LAST_RETRY_MS });
    this.retried = wrap(retry(handleWhen(isWorthRetrying), { maxAttempts: retries, backoff }), this.capped);
  }

  /** @throws SecretError OVERLOADED where too many calls wait already, and what the call throws */
  async run<T>(operation: string, call: () => Promise<T>): Promise<T> {
    const isRead = READS.has(operation);
    if (UNCAPPED.has(operation) || (isRead && this.readsFromMemory)) return call();
    const policy = isRead ? this.retried : this.capped;
    try {
      return await policy.execute(call);
    } catch (error) {
      throw error instanceof BulkheadRejectedError
        ? new SecretError('OVERLOADED', undefined, { retryAfterSeconds: 1 })
        : error;
    }
  }
}

function isWorthRetrying(error: unknown): boolean {
  return error instanceof SecretError && error.code === 'PROVIDER_UNAVAILABLE';
}
