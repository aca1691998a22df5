import { setTimeout as sleep } from 'node:timers/promises';
import { ExponentialBackoff } from 'cockatiel';
import type { IBackoff } from 'cockatiel';
import type { AppConfig } from '../config/app-config.js';
import { SecretError } from '../secrets/secret.errors.js';
import { CallQueue } from './call-queue.js';
import { CircuitOpenError, StoreCircuit } from './store-circuit.js';
import type { CircuitName } from './store-circuit.js';

/** Operations that change nothing: only these are tried again. */
const READS: ReadonlySet<string> = new Set(['read', 'readFacts', 'readKeys', 'readMetadata']);
/** Pages are read while others are asked about what was found: a place held meanwhile could be the one they wait for. */
const UNCAPPED: ReadonlySet<string> = new Set(['list']);
const BACKOFF = new ExponentialBackoff({ initialDelay: 50, maxDelay: 500 });

export interface ResilienceOptions {
  /** The store is a file: reads wait for nobody there, and a mended file has to be seen at once. */
  readonly isLocal?: boolean;
  readonly onCircuitChange?: (state: CircuitName) => void;
}

/**
 * Stands around the calls to one store: a cap on those in flight with a short bounded queue, a circuit that leaves a
 * dead store alone, and retries with jitter for reads that met no store. One that was too slow is not asked again, and
 * none is begun later than one attempt may take: a read is over within twice that time.
 */
export class StoreResilience {
  readonly queue: CallQueue;
  private readonly circuit: StoreCircuit | undefined;

  constructor(
    private readonly limits: AppConfig['provider'],
    private readonly options: ResilienceOptions = {},
  ) {
    this.queue = new CallQueue(limits);
    if (options.isLocal !== true) this.circuit = new StoreCircuit(limits, options.onCircuitChange);
  }

  /** @throws SecretError OVERLOADED, PROVIDER_UNAVAILABLE while the store is left alone, and what the call throws */
  async run<T>(operation: string, call: () => Promise<T>): Promise<T> {
    const isRead = READS.has(operation);
    if (this.options.isLocal === true && (isRead || UNCAPPED.has(operation))) return call();
    const attempt = UNCAPPED.has(operation)
      ? () => this.throughCircuit(call)
      : () => this.queue.run(() => this.throughCircuit(call));
    return isRead ? this.runRead(attempt) : attempt();
  }

  private async runRead<T>(attempt: () => Promise<T>): Promise<T> {
    const lastStartMs = performance.now() + this.limits.timeoutMs;
    let backoff: IBackoff<unknown> | undefined;
    for (let retries = 0; ; retries += 1) {
      try {
        return await attempt();
      } catch (error) {
        backoff = backoff?.next(undefined) ?? BACKOFF.next();
        const delayMs = isWorthRetrying(error)
          ? delayBefore(error, backoff.duration)
          : Number.POSITIVE_INFINITY;
        if (retries >= this.limits.retries || performance.now() + delayMs > lastStartMs) throw error;
        await sleep(delayMs);
      }
    }
  }

  private throughCircuit<T>(call: () => Promise<T>): Promise<T> {
    return this.circuit === undefined ? call() : this.circuit.run(call);
  }
}

function isWorthRetrying(error: unknown): error is SecretError {
  return (
    error instanceof SecretError &&
    error.code === 'PROVIDER_UNAVAILABLE' &&
    !(error instanceof CircuitOpenError)
  );
}

/** A store that names a time is not asked before it. */
function delayBefore({ facts }: SecretError, backoffMs: number): number {
  return Math.max(backoffMs, (facts.storeRetryAfterSeconds ?? 0) * 1000);
}
