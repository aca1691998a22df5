/** A secret's map. Each value that a history writes occurs in one operation only, so that it tells who wrote it. */
export type Values = Readonly<Record<string, string>>;

export type WriteKind = 'set-key' | 'rotate-key' | 'replace' | 'rotate';
export type OperationKind = WriteKind | 'remove-key' | 'delete' | 'read' | 'read-key';

/**
 * What a client was told.
 * - `acknowledged`: done; `version` is the one that was made, for `delete` the one that was taken away;
 * - `read`: the values of that version, for `read-key` the one key;
 * - `refused`: the service says that nothing was done;
 * - `unknown`: nobody said what became of it: OUTCOME_UNKNOWN, or no answer.
 */
export type Outcome =
  | { readonly kind: 'acknowledged'; readonly version: number; readonly created?: boolean | undefined }
  | { readonly kind: 'read'; readonly version: number; readonly values: Values }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'unknown'; readonly code: string };

/** One call of one client about one secret. */
export interface Operation {
  readonly id: number;
  readonly kind: OperationKind;
  readonly key?: string | undefined;
  /** What a write sets: one key, or the whole map. */
  readonly values?: Values | undefined;
  /** The version that the call made a condition. */
  readonly ifMatch?: number | undefined;
  /** Milliseconds by one clock for the whole history: just before it was sent, just after its answer had come. */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly outcome: Outcome;
}

/** A version as the store holds it when all is over; `values` also of a deleted one. */
export interface StoredVersion {
  readonly version: number;
  readonly values: Values;
  readonly isDeleted: boolean;
}

export function isWrite({ kind }: Operation): boolean {
  return kind === 'set-key' || kind === 'rotate-key' || kind === 'replace' || kind === 'rotate';
}

/** The version that the client was told it had made; undefined for reads, deletions and what was not acknowledged. */
export function madeVersion({ kind, outcome }: Operation): number | undefined {
  return outcome.kind === 'acknowledged' && kind !== 'delete' ? outcome.version : undefined;
}

export function isUnknown({ outcome }: Operation): boolean {
  return outcome.kind === 'unknown';
}

export function describeOperation({ id, kind, key, outcome, startedAtMs, endedAtMs }: Operation): string {
  const told =
    'version' in outcome ? `${outcome.kind} version ${outcome.version}` : `${outcome.kind} ${outcome.code}`;
  const times = `${startedAtMs.toFixed(1)} to ${endedAtMs.toFixed(1)} ms`;
  return `#${id} ${kind}${key === undefined ? '' : ` ${key}`} (${told}, ${times})`;
}
