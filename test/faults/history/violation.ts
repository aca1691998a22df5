/** What a history cannot have been. The rule is stable, the text is for people. */
export interface Violation {
  readonly rule: Rule;
  readonly text: string;
}

export type Rule =
  /** The store's numbers have a gap. */
  | 'version-gap'
  /** Acknowledged, and the store has no such version. */
  | 'lost-write'
  /** Two acknowledgements name one version. */
  | 'version-owned-twice'
  /** What one operation wrote came into two versions. */
  | 'applied-twice'
  /** A value that nobody wrote. */
  | 'phantom-value'
  /** The client was told that nothing was done, and it was. */
  | 'refused-write-applied'
  /** A version that no operation accounts for. */
  | 'unexplained-version'
  /** A version is not what its operation makes of the one before: a key beside it was lost, or an older one is back. */
  | 'wrong-effect'
  /** `created`, or the version after an `If-Match`, is not as it was told. */
  | 'wrong-answer'
  /** An acknowledged deletion that did not last. */
  | 'delete-undone'
  /** Nobody deleted it. */
  | 'phantom-delete'
  /** A read that does not hold what its version holds. */
  | 'read-mismatch'
  /** No order of the operations agrees with their times: a stale read, a version that went backward. */
  | 'order'
  /** A refusal (not found, deleted, a condition) that held at no moment of the call. */
  | 'unjustified-refusal';
