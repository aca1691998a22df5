import { CircuitState, ConsecutiveBreaker, circuitBreaker, handleAll } from 'cockatiel';
import type { CircuitBreakerPolicy } from 'cockatiel';
import { SecretError } from '../secrets/secret.errors.js';
import type { ErrorCode } from '../secrets/secret.errors.js';

const LEFT_ALONE = 'The store failed many times in a row and is left alone for a moment.';

/** The store was not called: it is left alone. */
export class CircuitOpenError extends SecretError {
  constructor(retryAfterSeconds: number) {
    super('PROVIDER_UNAVAILABLE', LEFT_ALONE, { retryAfterSeconds });
  }
}

/** `half-open`: one call tries whether the store is back. */
export type CircuitName = 'closed' | 'half-open' | 'open';

export interface CircuitLimits {
  /** Failures in a row after which the store is left alone. */
  readonly circuitFailures: number;
  /** How long. */
  readonly circuitResetMs: number;
}

const OUTAGES: ReadonlySet<ErrorCode> = new Set([
  'PROVIDER_UNAVAILABLE',
  'PROVIDER_TIMEOUT',
  'OUTCOME_UNKNOWN',
]);
/**
 * Leaves a store alone that fails again and again: calls are refused at once, so that nobody waits for nothing and the
 * store can come up without a crowd at its door. After a while one call tries; the others are refused until it is back.
 */
export class StoreCircuit {
  private readonly breaker: CircuitBreakerPolicy;
  private probesAtMs = 0;

  constructor(
    { circuitFailures, circuitResetMs }: CircuitLimits,
    private readonly onChange: (state: CircuitName) => void = () => undefined,
  ) {
    this.breaker = circuitBreaker(handleAll, {
      halfOpenAfter: circuitResetMs,
      breaker: new ConsecutiveBreaker(circuitFailures),
    });
    this.breaker.onStateChange((state) => {
      if (state === CircuitState.Open) this.probesAtMs = Date.now() + circuitResetMs;
      this.onChange(nameOf(state));
    });
  }

  /** @throws SecretError PROVIDER_UNAVAILABLE while the store is left alone, and what the call throws */
  async run<T>(call: () => Promise<T>): Promise<T> {
    // The library would let calls wait for the one that tries.
    if (this.breaker.state !== CircuitState.Closed && !this.isDue()) throw this.leftAlone();
    const settled = await this.breaker.execute(async () => {
      try {
        return { value: await call() };
      } catch (error) {
        if (isOutage(error)) throw error;
        // A refusal, or what is not there, is the word of a store that works.
        return { error };
      }
    });
    if ('error' in settled) throw settled.error;
    return settled.value;
  }

  private isDue(): boolean {
    return this.breaker.state === CircuitState.Open && Date.now() >= this.probesAtMs;
  }

  private leftAlone(): CircuitOpenError {
    return new CircuitOpenError(Math.max(1, Math.ceil((this.probesAtMs - Date.now()) / 1000)));
  }
}

/** Whether the failure is one of the store, and not of this one call. */
function isOutage(error: unknown): boolean {
  if (!(error instanceof SecretError)) return true;
  // Of an answer that was merely not foreseen the store certainly did nothing, and works otherwise.
  const isBroken = error.code === 'PROVIDER_ERROR' && 'effect' in error && error.effect === 'possible';
  return isBroken || OUTAGES.has(error.code);
}

function nameOf(state: CircuitState): CircuitName {
  if (state === CircuitState.Closed) return 'closed';
  return state === CircuitState.HalfOpen ? 'half-open' : 'open';
}
