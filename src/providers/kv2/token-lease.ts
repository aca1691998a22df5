/** A token of the store and how long it lives. */
export interface TokenLease {
  readonly token: string;
  readonly isRenewable: boolean;
  /** As granted with the login or the renewal; 0 for a token that never ends. */
  readonly durationMs: number;
  /** By `performance.now()`; Infinity for a token that never ends. */
  readonly expiresAtMs: number;
}

export function leaseOf(token: string, isRenewable: boolean, durationSeconds: number): TokenLease {
  const durationMs = durationSeconds * 1000;
  const expiresAtMs = durationMs === 0 ? Number.POSITIVE_INFINITY : performance.now() + durationMs;
  return { token, isRenewable, durationMs, expiresAtMs };
}
