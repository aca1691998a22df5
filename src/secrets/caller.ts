/** Who calls, as far as it was verified. Without authentication the subject is `anonymous`. */
export interface Caller {
  /** The token's `sub`, or `anonymous`. */
  readonly subject: string;
  readonly clientId: string | undefined;
  readonly tenantId: string;
}

export const ANONYMOUS = 'anonymous';
