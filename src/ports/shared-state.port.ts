/** What is left of a permit: how often and how long it may be used without asking again. */
export interface StoredGrant {
  readonly decisionId: string;
  /** Uses that are left, at least 1. */
  readonly uses: number;
  /** From now on. */
  readonly ttlMs: number;
}

/** What `count` answers. */
export interface CountedEvent {
  /** Events of the window so far, this one included. */
  readonly total: number;
  /** What is left of the window. */
  readonly resetMs: number;
}

/** Work that is to be done once, whoever begins it how often. */
export interface WorkClaim {
  /** What the work is, as a digest: under one key no other work is begun. */
  readonly digest: string;
  /** Random; tells one beginning from another. */
  readonly holder: string;
  /** How long it counts as under way without a word of its holder. */
  readonly leaseMs: number;
  /** How long it is remembered. */
  readonly lifeMs: number;
}

export interface WorkNote {
  readonly name: string;
  readonly text: string;
}

/**
 * What a claim finds. `begun`: the work is the claimant's, with the notes of a holder before it that was not heard of
 * again or gave up. `running`: somebody else is at it. `finished`: done before, with its outcome. `different`: the key
 * belongs to other work.
 */
export type WorkStart =
  | { readonly state: 'begun'; readonly notes: ReadonlyMap<string, string> }
  | { readonly state: 'running' | 'different' }
  | { readonly state: 'finished'; readonly outcome: string };

/**
 * What one process must know of the others: one-time proofs, grants, cached denials, counters and work done once. Every method is one
 * atomic step. Keys, names and texts are made by the caller of the port and hold no plaintext, token or address.
 * @throws SecretError STATE_UNAVAILABLE, from every method but `checkHealth`, where the state is configured elsewhere
 *   and away; a step that failed so may have been done, and is never done twice
 */
export abstract class SharedState {
  /**
   * True the first time within the life of the key, false every other time: one-time proofs.
   * @throws SecretError STATE_UNAVAILABLE also where no more can be kept: none that lives is forgotten
   */
  abstract claimOnce(key: string, ttlMs: number): Promise<boolean>;

  /**
   * Keeps a grant under a key, in place of what was there. It counts only as long as `scopes` stay what they were when
   * `readScopes` gave them: a grant made on facts that changed meanwhile is void from the start.
   * @param scopes names whose generation binds the grant, with the generation of each
   */
  abstract putGrant(key: string, grant: StoredGrant, scopes: ReadonlyMap<string, number>): Promise<void>;

  /** Takes one use; undefined where there is no grant, none is left, its time is over or a scope of it was ended. */
  abstract takeGrantUse(key: string): Promise<string | undefined>;

  /** The generation of each name: 0, or any other number where it was ended; a new one with each end. */
  abstract readScopes(names: readonly string[]): Promise<ReadonlyMap<string, number>>;

  /** Ends every grant that is bound to the name. @param ttlMs at least the longest life of a grant */
  abstract endScope(name: string, ttlMs: number): Promise<void>;

  /** Remembers a short text, such as the id of a denial. In memory, over a bound, the oldest is forgotten. */
  abstract remember(key: string, text: string, ttlMs: number): Promise<void>;

  abstract recall(key: string): Promise<string | undefined>;

  /** Counts one event in the window that the key's first event opened. */
  abstract count(key: string, windowMs: number): Promise<CountedEvent>;

  /** Begins work that is done once. In memory, over a bound, the oldest is forgotten. */
  abstract claimWork(key: string, claim: WorkClaim): Promise<WorkStart>;

  /**
   * A word of the holder: its lease begins anew, and what it notes is kept for whoever has to go on after it.
   * @returns false where the work is no longer its own: it must not go on
   */
  abstract noteWork(key: string, holder: string, leaseMs: number, note?: WorkNote): Promise<boolean>;

  /** Keeps the outcome for the life of the work. @returns false where the work was no longer the holder's */
  abstract finishWork(key: string, holder: string, outcome: string): Promise<boolean>;

  /** Gives the work up, so that it can be begun anew: with its notes, or as if nothing had been where there are none. */
  abstract releaseWork(key: string, holder: string): Promise<void>;

  /** Whether the state can be used, for readiness. Never rejects. */
  abstract checkHealth(): Promise<boolean>;
}
