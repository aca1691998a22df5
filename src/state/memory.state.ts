import { SharedState } from '../ports/shared-state.port.js';
import type { CountedEvent, StoredGrant } from '../ports/shared-state.port.js';
import { SecretError } from '../secrets/secret.errors.js';
import { ExpiringMap } from './expiring-map.js';
import { grantUses } from './grant-uses.js';
import { keyLifeMs } from './key-life.js';

/** How many of each are kept at most. */
export interface MemoryLimits {
  readonly proofs: number;
  readonly grants: number;
  readonly scopes: number;
  readonly texts: number;
  readonly counters: number;
}

const LIMITS: MemoryLimits = {
  proofs: 500_000,
  grants: 50_000,
  scopes: 50_000,
  texts: 50_000,
  counters: 50_000,
};

interface KeptGrant {
  readonly decisionId: string;
  readonly endsAtMs: number;
  readonly scopes: readonly (readonly [name: string, generation: number])[];
  uses: number;
}

/**
 * The state of one process, gone with it. Every map has a cap. Over it, a one-time proof is refused (STATE_UNAVAILABLE):
 * forgetting one that lives would let it be used again. A grant, text or counter is put in place of the oldest; whoever
 * needs the grant asks again. Scopes that do not fit end every grant, since forgetting one end would revive others.
 *
 * Lives are measured on the wall clock, as the times within tokens and proofs are: set the clock, and both move.
 */
export class MemoryState extends SharedState {
  readonly #proofs: ExpiringMap<{ readonly endsAtMs: number }>;
  readonly #grants: ExpiringMap<KeptGrant>;
  readonly #scopes: ExpiringMap<{ readonly endsAtMs: number; readonly generation: number }>;
  readonly #texts: ExpiringMap<{ readonly endsAtMs: number; readonly text: string }>;
  readonly #counters: ExpiringMap<{ readonly endsAtMs: number; total: number }>;
  /** The generation of every name that has none of its own. */
  #floor = 0;
  #lastGeneration = 0;

  constructor(
    limits: Partial<MemoryLimits> = {},
    private readonly nowMs: () => number = Date.now,
  ) {
    super();
    const { proofs, grants, scopes, texts, counters } = { ...LIMITS, ...limits };
    this.#proofs = new ExpiringMap(proofs, nowMs);
    this.#grants = new ExpiringMap(grants, nowMs);
    this.#scopes = new ExpiringMap(scopes, nowMs);
    this.#texts = new ExpiringMap(texts, nowMs);
    this.#counters = new ExpiringMap(counters, nowMs);
  }

  override claimOnce(key: string, ttlMs: number): Promise<boolean> {
    const endsAtMs = this.#endOf(ttlMs);
    if (this.#proofs.find(key) !== undefined) return Promise.resolve(false);
    if (this.#proofs.tryPut(key, { endsAtMs })) return Promise.resolve(true);
    return Promise.reject(
      new SecretError('STATE_UNAVAILABLE', 'The service can remember no more one-time proofs at the moment.'),
    );
  }

  override putGrant(
    key: string,
    { decisionId, uses, ttlMs }: StoredGrant,
    scopes: ReadonlyMap<string, number>,
  ): Promise<void> {
    this.#grants.put(key, {
      decisionId,
      endsAtMs: this.#endOf(ttlMs),
      scopes: [...scopes],
      uses: grantUses(uses),
    });
    return Promise.resolve();
  }

  override takeGrantUse(key: string): Promise<string | undefined> {
    const grant = this.#grants.find(key);
    if (grant === undefined) return Promise.resolve(undefined);
    const isEnded = grant.scopes.some(([name, generation]) => this.#isEnded(name, generation));
    grant.uses -= 1;
    if (isEnded || grant.uses <= 0) this.#grants.delete(key);
    return Promise.resolve(isEnded ? undefined : grant.decisionId);
  }

  override readScopes(names: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return Promise.resolve(new Map(names.map((name) => [name, this.#generationOf(name)])));
  }

  override endScope(name: string, ttlMs: number): Promise<void> {
    const generation = this.#nextGeneration();
    const endsAtMs = Math.max(this.#endOf(ttlMs), this.#scopes.find(name)?.endsAtMs ?? 0);
    if (!this.#scopes.tryPut(name, { endsAtMs, generation })) this.#endAll(generation);
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

  override checkHealth(): Promise<boolean> {
    return Promise.resolve(true);
  }

  #endOf(ttlMs: number): number {
    return this.nowMs() + keyLifeMs(ttlMs);
  }

  #generationOf(name: string): number {
    return this.#scopes.find(name)?.generation ?? this.#floor;
  }

  /** 0: no end is remembered, and one that was forgotten is older than the grant can be. */
  #isEnded(name: string, generation: number): boolean {
    const current = this.#generationOf(name);
    return current !== 0 && current !== generation;
  }

  /** Taken from the clock, so that a name whose last end was forgotten never gets a generation for the second time. */
  #nextGeneration(): number {
    this.#lastGeneration = Math.max(this.nowMs() * 1_000, this.#lastGeneration + 1);
    return this.#lastGeneration;
  }

  #endAll(generation: number): void {
    this.#grants.clear();
    this.#scopes.clear();
    this.#floor = generation;
  }
}
