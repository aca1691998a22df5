import type { StoredGrant } from '../ports/shared-state.port.js';
import { ExpiringMap } from './expiring-map.js';
import { grantUses } from './grant-uses.js';
import { keyLifeMs } from './key-life.js';

interface KeptGrant {
  readonly decisionId: string;
  readonly endsAtMs: number;
  readonly scopes: BoundScope | undefined;
  uses: number;
}

/** A list whose links take a third of the memory of a map or of an array of pairs: there are many grants. */
interface BoundScope {
  readonly name: string;
  readonly generation: number;
  readonly next: BoundScope | undefined;
}

/**
 * Grants and the generations of their scopes, in memory. The oldest grant makes room for a new one: whoever needs it
 * asks again. Scopes that do not fit end every grant, since forgetting one end would revive others.
 */
export class MemoryGrants {
  readonly #grants: ExpiringMap<KeptGrant>;
  readonly #scopes: ExpiringMap<{ readonly endsAtMs: number; readonly generation: number }>;
  /** The generation of every name that has none of its own. */
  #floor = 0;
  #lastGeneration = 0;

  constructor(
    limits: { readonly grants: number; readonly scopes: number },
    private readonly nowMs: () => number,
  ) {
    this.#grants = new ExpiringMap(limits.grants, nowMs);
    this.#scopes = new ExpiringMap(limits.scopes, nowMs);
  }

  put(key: string, { decisionId, uses, ttlMs }: StoredGrant, scopes: ReadonlyMap<string, number>): void {
    const endsAtMs = this.nowMs() + keyLifeMs(ttlMs);
    this.#grants.put(key, { decisionId, endsAtMs, scopes: toList(scopes), uses: grantUses(uses) });
  }

  takeUse(key: string): string | undefined {
    const grant = this.#grants.find(key);
    if (grant === undefined) return undefined;
    const isEnded = this.#isEnded(grant);
    grant.uses -= 1;
    if (isEnded || grant.uses <= 0) this.#grants.delete(key);
    return isEnded ? undefined : grant.decisionId;
  }

  generationOf(name: string): number {
    return this.#scopes.find(name)?.generation ?? this.#floor;
  }

  endScope(name: string, ttlMs: number): void {
    const generation = this.#nextGeneration();
    const endsAtMs = Math.max(this.nowMs() + keyLifeMs(ttlMs), this.#scopes.find(name)?.endsAtMs ?? 0);
    if (!this.#scopes.tryPut(name, { endsAtMs, generation })) this.#endAll(generation);
  }

  #isEnded({ scopes }: KeptGrant): boolean {
    for (let scope = scopes; scope !== undefined; scope = scope.next) {
      const current = this.generationOf(scope.name);
      // 0: no end is remembered, and one that was forgotten is older than the grant can be.
      if (current !== 0 && current !== scope.generation) return true;
    }
    return false;
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

function toList(scopes: ReadonlyMap<string, number>): BoundScope | undefined {
  let list: BoundScope | undefined;
  for (const [name, generation] of scopes) list = { name, generation, next: list };
  return list;
}
