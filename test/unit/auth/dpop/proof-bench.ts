import { randomUUID } from 'node:crypto';
import { Socket } from 'node:net';
import type { ProvenRequest } from '../../../../src/auth/dpop/proof.verifier.js';
import { ProofVerifier } from '../../../../src/auth/dpop/proof.verifier.js';
import { SecretError } from '../../../../src/secrets/secret.errors.js';
import { MemoryState } from '../../../../src/state/memory.state.js';
import { testConfig } from '../../../support/config.js';
import { ProofKey } from './proof-key.js';

export const ORIGIN = 'https://secrets.example.com';
export const PATH = '/api/secrets/value';
export const HTU = `${ORIGIN}${PATH}`;

/** A verifier of its own, one key, one token bound to it, and the request GET /api/secrets/value. */
export class ProofBench {
  readonly verifier = new ProofVerifier(new MemoryState(), testConfig({ PUBLIC_ORIGIN: ORIGIN }));
  readonly accessToken = `not.looked.at.here.${randomUUID()}`;

  constructor(readonly key: ProofKey = new ProofKey()) {}

  /** A proof that is right but for what is given. */
  prove(header: Record<string, unknown> = {}, claims: Record<string, unknown> = {}): string {
    return this.key.prove({ htm: 'GET', htu: HTU, accessToken: this.accessToken }, header, claims);
  }

  /**
   * @param proofs values of one DPoP header each
   * @returns `accepted`, or the error of the challenge and its description
   */
  async judge(proofs: string | readonly string[], request: Partial<ProvenRequest> = {}): Promise<string> {
    const values = typeof proofs === 'string' ? [proofs] : proofs;
    try {
      await this.verifier.verify(
        {
          method: 'GET',
          originalUrl: `${PATH}?uri=yaml%3A%2F%2Fsecret%2Fa`,
          headers: { host: '127.0.0.1:9100', ...(values.length > 0 && { dpop: values.join(', ') }) },
          rawHeaders: values.flatMap((value) => ['DPoP', value]),
          socket: new Socket(),
          ...request,
        },
        this.accessToken,
        this.key.jkt,
      );
      return 'accepted';
    } catch (error) {
      return describe(error);
    }
  }
}

function describe(error: unknown): string {
  if (!(error instanceof SecretError)) throw error;
  const challenge = error.facts.challenges?.find(({ scheme }) => scheme === 'DPoP');
  return `${error.status} ${challenge?.parameters['error'] ?? ''}: ${error.detail}`;
}
