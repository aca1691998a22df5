import { SecretError } from '../../secrets/secret.errors.js';
import type { Challenge } from '../../secrets/secret.errors.js';
import { PROOF_ALGORITHMS } from './proof-algorithms.js';

/** RFC 9449 7.1: the proof itself is at fault, or the token for this proof. */
export type ProofFault = 'invalid_dpop_proof' | 'invalid_token';

/**
 * The 401 for a request whose token needs a proof that it does not have.
 * @param detail in words of our own: nothing of the proof
 * @param isBearer the token was sent as if it were not bound, so that scheme is told the error too (RFC 9449 7.2)
 */
export function proofRefusal(
  detail: string,
  fault: ProofFault = 'invalid_dpop_proof',
  isBearer = false,
): SecretError {
  const told = { error: fault, error_description: detail };
  const challenges: Challenge[] = [
    { scheme: 'Bearer', parameters: isBearer ? told : {} },
    { scheme: 'DPoP', parameters: { ...told, algs: PROOF_ALGORITHMS.join(' ') } },
  ];
  return new SecretError('INVALID_TOKEN', detail, { challenges });
}
