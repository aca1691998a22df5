import type { Request } from 'express';
import type { SenderKey } from '../secrets/caller.js';
import type { AccessToken } from './access-token.js';
import type { Credential } from './credential.js';

/** Decides whether whoever sent a token holds the key that it is bound to. */
export abstract class SenderConstraint {
  /** JWS algorithms of DPoP proofs, told in challenges (RFC 9449 7.1); empty: DPoP is not offered. */
  abstract readonly proofAlgorithms: readonly string[];

  /**
   * Looks at a request before its token, and where it has none: what nobody but a gateway may send.
   * @throws SecretError INVALID_REQUEST
   */
  abstract inspect(request: Request): void;

  /**
   * Called for every request with a token, after everything else about the token was verified.
   * @returns the key that the sender has proved; undefined for a token that is bound to none
   * @throws SecretError INVALID_TOKEN for a bound token without its proof, and for an unbound one under the DPoP scheme
   */
  abstract verify(
    request: Request,
    credential: Credential,
    token: AccessToken,
  ): Promise<SenderKey | undefined>;
}
