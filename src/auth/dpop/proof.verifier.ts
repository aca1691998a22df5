import { hash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { calculateJwkThumbprint, compactVerify, importJWK } from 'jose';
import { APP_CONFIG } from '../../config/app-config.js';
import type { AppConfig } from '../../config/app-config.js';
import { SharedState } from '../../ports/shared-state.port.js';
import { CLOCK_TOLERANCE_SECONDS } from '../token-rules.js';
import { parseProof } from './dpop-proof.js';
import type { DpopProof } from './dpop-proof.js';
import { proofRefusal } from './proof-refusal.js';
import { normaliseTargetUri, targetUriOf } from './target-uri.js';
import type { TargetSource } from './target-uri.js';

/** RFC 9449 11.1 wants seconds or minutes: a client makes a proof for one request and sends it at once. */
export const PROOF_MAX_AGE_SECONDS = 60;
/** As long as any process can accept a proof, by clocks that differ a little, it is remembered. */
const PROOF_LIFE_MS = (PROOF_MAX_AGE_SECONDS + 3 * CLOCK_TOLERANCE_SECONDS) * 1_000;

/** The parts of a request that a proof is held against. */
export type ProvenRequest = TargetSource & Pick<Request, 'method' | 'rawHeaders'>;

/** Checks that the sender of a token has the key that it is bound to, by a DPoP proof (RFC 9449 4.3). */
@Injectable()
export class ProofVerifier {
  private readonly publicOrigin: string | undefined;

  constructor(
    private readonly state: SharedState,
    @Inject(APP_CONFIG) { http }: Pick<AppConfig, 'http'>,
  ) {
    this.publicOrigin = http.publicOrigin;
  }

  /**
   * @param accessToken as it was sent
   * @param jkt thumbprint of the key that the token is bound to
   * @throws SecretError INVALID_TOKEN where one of the twelve checks fails or the proof was used before,
   *   STATE_UNAVAILABLE where nobody can tell whether it was
   */
  async verify(request: ProvenRequest, accessToken: string, jkt: string): Promise<void> {
    const proof = parseProof(readHeader(request));
    this.refuseOtherRequest(proof, request);
    refuseOutOfTime(proof);
    if (proof.tokenHash !== hash('sha256', accessToken, 'base64url')) {
      throw proofRefusal('The DPoP proof was made for another access token (ath).');
    }
    // Before the signature: no other key than the issuer's choice is ever computed with.
    if ((await calculateJwkThumbprint(proof.jwk, 'sha256')) !== jkt) {
      throw proofRefusal(
        'The access token is bound to another key than that of the DPoP proof.',
        'invalid_token',
      );
    }
    await refuseForged(proof);
    await this.useUp(proof, jkt);
  }

  /** Checks 8 and 9. */
  private refuseOtherRequest(proof: DpopProof, request: ProvenRequest): void {
    if (proof.method !== request.method)
      throw proofRefusal('The DPoP proof was made for another method (htm).');
    const target = normaliseTargetUri(targetUriOf(request, this.publicOrigin));
    if (target === undefined || normaliseTargetUri(proof.targetUri) !== target) {
      throw proofRefusal('The DPoP proof was made for another URI (htu).');
    }
  }

  /** A proof does not cover the query, so a second use of it would fit every secret (RFC 9449 11.1). */
  private async useUp({ id }: DpopProof, jkt: string): Promise<void> {
    const isFirstUse = await this.state.claimOnce(
      `dpop:${hash('sha256', `${jkt}.${id}`, 'base64url')}`,
      PROOF_LIFE_MS,
    );
    if (!isFirstUse) throw proofRefusal('The DPoP proof was used before (jti).');
  }
}

/** Check 1. Node joins repeated headers of this name by a comma, which no JWT has; the raw ones tell it apart. */
function readHeader({ headers, rawHeaders }: ProvenRequest): string {
  const { dpop } = headers;
  if (typeof dpop !== 'string' || dpop === '') {
    throw proofRefusal('The access token is bound to a key, and no DPoP proof of it was sent.');
  }
  const count = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'dpop').length;
  if (count > 1) throw proofRefusal('The header DPoP is repeated.');
  return dpop;
}

/** Check 11. */
function refuseOutOfTime({ issuedAtSeconds }: DpopProof): void {
  const ageSeconds = Date.now() / 1_000 - issuedAtSeconds;
  if (ageSeconds > PROOF_MAX_AGE_SECONDS) throw proofRefusal('The DPoP proof is too old (iat).');
  if (ageSeconds < -CLOCK_TOLERANCE_SECONDS)
    throw proofRefusal('The DPoP proof was made in the future (iat).');
}

/** Check 6, off the event loop. */
async function refuseForged({ text, jwk, algorithm }: DpopProof): Promise<void> {
  try {
    await compactVerify(text, await importJWK(jwk, algorithm), { algorithms: [algorithm] });
  } catch {
    // Whatever fails here fails for what was sent: key and algorithm that do not fit, a point off its curve, a forgery.
    throw proofRefusal('The signature of the DPoP proof cannot be verified with its key.');
  }
}
