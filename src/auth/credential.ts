/** An access token as it was sent, and in which way. */
export interface Credential {
  readonly token: string;
  /** `session`: in the cookie of the gateway's session. */
  readonly scheme: 'Bearer' | 'DPoP' | 'session';
}
