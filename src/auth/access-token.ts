/**
 * What a token is bound to, as its `cnf` says and nobody has proved yet: base64url of a SHA-256 each. At least one is
 * there; every one that is there has to be proved.
 */
export interface Confirmation {
  /** Thumbprint of the key of DPoP proofs (RFC 9449 6.1). */
  readonly jkt: string | undefined;
  /** `x5t#S256`, the thumbprint of a client certificate (RFC 8705 3.1). */
  readonly certificate: string | undefined;
}

/** The claims of an access token whose signature, issuer, type and audience were verified. */
export interface AccessToken {
  readonly issuer: string;
  readonly subject: string;
  /** `client_id`, else `azp`. */
  readonly clientId: string | undefined;
  /** Undefined: the token has no `aud`, which is not the same as an empty one. */
  readonly audience: readonly string[] | undefined;
  /** `jti` */
  readonly tokenId: string | undefined;
  /** Of `scope` and `scp` together. */
  readonly scopes: ReadonlySet<string>;
  readonly groups: readonly string[];
  readonly roles: readonly string[];
  /** Of the claim that the configuration names; undefined where it names none or the token has none. */
  readonly tenantId: string | undefined;
  /** Seconds since 1970: `exp`, `nbf` and `iat`. */
  readonly expiresAtSeconds: number;
  readonly notBeforeSeconds: number | undefined;
  readonly issuedAtSeconds: number | undefined;
  readonly confirmation: Confirmation | undefined;
}
