/** The key that a token is bound to: of a DPoP proof (RFC 9449 6.1) or of a client certificate (RFC 8705 3.1). */
export interface SenderKey {
  readonly kind: 'jkt' | 'x5t#S256';
  /** base64url of a SHA-256. */
  readonly thumbprint: string;
}

/** What a verified access token says beside who it is about. */
export interface TokenFacts {
  readonly issuer: string;
  readonly audience: readonly string[];
  /** `jti` */
  readonly tokenId: string | undefined;
  readonly scopes: ReadonlySet<string>;
  readonly groups: readonly string[];
  readonly roles: readonly string[];
  /** `cnf`, once the sender has proved the key. */
  readonly senderKey: SenderKey | undefined;
}

/** Who calls, as far as it was verified. */
export interface Caller {
  /** The token's `sub`; `anonymous` without a token where authentication is off. */
  readonly subject: string;
  readonly clientId: string | undefined;
  /** Empty where the token had to name a tenant and names none: such a caller has no mounts. */
  readonly tenantId: string;
  /** Undefined without a token. */
  readonly token: TokenFacts | undefined;
}

export const ANONYMOUS = 'anonymous';
