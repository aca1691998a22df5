import { SharedState } from '../ports/shared-state.port.js';
import type {
  CountedEvent,
  StoredGrant,
  WorkClaim,
  WorkNote,
  WorkStart,
} from '../ports/shared-state.port.js';
import { SecretError } from '../secrets/secret.errors.js';
import { ExpiringMap } from './expiring-map.js';
import { keyLifeMs } from './key-life.js';
import { MemoryGrants } from './memory-grants.js';
import { MemoryWork } from './memory-work.js';

/** How many of each are kept at most. */
export interface MemoryLimits {
  readonly proofs: number;
  readonly grants: number;
  readonly scopes: number;
  readonly texts: number;
  readonly counters: number;
  readonly work: number;
}

const LIMITS: MemoryLimits = {
  proofs: 500_000,
  grants: 50_000,
  scopes: 50_000,
  texts: 50_000,
  counters: 50_000,
  work: 50_000,
};

/**
 * The state of one process, gone with it. Everything in it has a cap. Over it, a one-time proof is refused
 * (STATE_UNAVAILABLE): forgetting one that lives would let it be used again. A grant, text, counter or
 * work takes the place of the oldest.
 *
 * Lives are measured on the wall clock, as the times within tokens and proofs are: set the clock, and both move.
 */
export class MemoryState extends SharedState {
  readonly #grants: MemoryGrants;
  readonly #proofs: ExpiringMap<{ readonly endsAtMs: number }>;
  readonly #texts: ExpiringMap<{ readonly endsAtMs: number; readonly text: string }>;
  readonly #counters: ExpiringMap<{ readonly endsAtMs: number; total: number }>;
  readonly #work: MemoryWork;

  constructor(
    limits: Partial<MemoryLimits> = {},
    private readonly nowMs: () => number = Date.now,
  ) {
    super();
    const all = { ...LIMITS, ...limits };
    this.#grants = new MemoryGrants(all, nowMs);
    this.#proofs = new ExpiringMap(all.proofs, nowMs);
    this.#texts = new ExpiringMap(all.texts, nowMs);
    this.#counters = new ExpiringMap(all.counters, nowMs);
    this.#work = new MemoryWork(all.work, nowMs);
  }

  override claimOnce(key: string, ttlMs: number): Promise<boolean> {
    const endsAtMs = this.#endOf(ttlMs);
    if (this.#proofs.find(key) !== undefined) return Promise.resolve(false);
    if (this.#proofs.tryPut(key, { endsAtMs })) return Promise.resolve(true);
    return Promise.reject(
      new SecretError('STATE_UNAVAILABLE', 'The service can remember no more one-time proofs at the moment.'),
    );
  }

  override putGrant(key: string, grant: StoredGrant, scopes: ReadonlyMap<string, number>): Promise<void> {
    this.#grants.put(key, grant, scopes);
    return Promise.resolve();
  }

  override takeGrantUse(key: string): Promise<string | undefined> {
    return Promise.resolve(this.#grants.takeUse(key));
  }

  override readScopes(names: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return Promise.resolve(new Map(names.map((name) => [name, this.#grants.generationOf(name)])));
  }

  override endScope(name: string, ttlMs: number): Promise<void> {
    this.#grants.endScope(name, ttlMs);
    return Promise.resolve();
  }

  override remember(key: string, text: string, ttlMs: number): Promise<void> {
    this.#texts.put(key, { endsAtMs: this.#endOf(ttlMs), text });
    return Promise.resolve();
  }

  override recall(key: string): Promise<string | undefined> {
    return Promise.resolve(this.#texts.find(key)?.text);
  }

  override count(key: string, windowMs: number): Promise<CountedEvent> {
    let counter = this.#counters.find(key);
    if (counter === undefined) {
      counter = { endsAtMs: this.#endOf(windowMs), total: 0 };
      this.#counters.put(key, counter);
    }
    counter.total += 1;
    return Promise.resolve({ total: counter.total, resetMs: counter.endsAtMs - this.nowMs() });
  }

  override claimWork(key: string, claim: WorkClaim): Promise<WorkStart> {
    return Promise.resolve(this.#work.claim(key, claim));
  }

  override noteWork(key: string, holder: string, leaseMs: number, note?: WorkNote): Promise<boolean> {
    return Promise.resolve(this.#work.note(key, holder, leaseMs, note));
  }

  override finishWork(key: string, holder: string, outcome: string): Promise<boolean> {
    return Promise.resolve(this.#work.finish(key, holder, outcome));
  }

  override releaseWork(key: string, holder: string): Promise<void> {
    this.#work.release(key, holder);
    return Promise.resolve();
  }

  override checkHealth(): Promise<boolean> {
    return Promise.resolve(true);
  }

  #endOf(ttlMs: number): number {
    return this.nowMs() + keyLifeMs(ttlMs);
  }
}
