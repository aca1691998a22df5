import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import type { SenderKey } from '../secrets/caller.js';
import { SecretError } from '../secrets/secret.errors.js';
import type { AccessToken } from './access-token.js';
import { ClientCertificates } from './certificate/client-certificates.js';
import type { Credential } from './credential.js';
import { PROOF_ALGORITHMS } from './dpop/proof-algorithms.js';
import { proofRefusal } from './dpop/proof-refusal.js';
import { ProofVerifier } from './dpop/proof.verifier.js';
import { SenderConstraint } from './sender-constraint.js';

/** Tokens bound to a key of DPoP proofs (RFC 9449) or to a client certificate (RFC 8705); one bound to both needs both. */
@Injectable()
export class KeyBoundConstraint extends SenderConstraint {
  override readonly proofAlgorithms = PROOF_ALGORITHMS;

  constructor(
    private readonly proofs: ProofVerifier,
    private readonly certificates: ClientCertificates,
  ) {
    super();
  }

  override inspect(request: Request): void {
    this.certificates.find(request);
  }

  override async verify(
    request: Request,
    { scheme, token: text }: Credential,
    { confirmation }: AccessToken,
  ): Promise<SenderKey | undefined> {
    const { jkt, certificate } = confirmation ?? {};
    if (jkt === undefined && scheme === 'DPoP') {
      throw proofRefusal('The access token is not bound to a key of DPoP proofs.', 'invalid_token');
    }
    if (certificate !== undefined) this.refuseOtherCertificate(request, certificate);
    // Last, since it uses up the proof.
    if (jkt !== undefined) {
      if (scheme !== 'DPoP') throw bearerRefusal();
      await this.proofs.verify(request, text, jkt);
      return { kind: 'jkt', thumbprint: jkt };
    }
    return certificate === undefined ? undefined : { kind: 'x5t#S256', thumbprint: certificate };
  }

  /** RFC 8705 3 */
  private refuseOtherCertificate(request: Request, bound: string): void {
    const shown = this.certificates.find(request);
    if (shown === bound) return;
    throw new SecretError(
      'INVALID_TOKEN',
      shown === undefined
        ? 'The access token is bound to a client certificate, and none was shown.'
        : 'The access token is bound to another client certificate.',
    );
  }
}

function bearerRefusal(): SecretError {
  const detail = 'The access token is bound to a key and has to be sent under the scheme DPoP, with a proof.';
  return proofRefusal(detail, 'invalid_token', true);
}
