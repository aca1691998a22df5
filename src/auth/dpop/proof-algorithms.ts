/**
 * JWS algorithms that a proof may be signed with: asymmetric ones only (RFC 9449 4.3, check 5). JWT_ALGORITHMS has no
 * say here: it is about the keys of the issuer, and these are the clients'.
 */
export const PROOF_ALGORITHMS = ['ES256', 'ES384', 'ES512', 'PS256', 'RS256', 'EdDSA', 'Ed25519'] as const;

export type ProofAlgorithm = (typeof PROOF_ALGORITHMS)[number];

export function isProofAlgorithm(value: unknown): value is ProofAlgorithm {
  return PROOF_ALGORITHMS.some((algorithm) => algorithm === value);
}
