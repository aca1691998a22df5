import { SecretError } from '../secrets/secret.errors.js';
import type { Challenge, ErrorCode } from '../secrets/secret.errors.js';

/** RFC 6750 3.1. A request without a token is told no error (3.1, last paragraph). */
const ERRORS: Partial<Record<ErrorCode, string>> = {
  INVALID_REQUEST: 'invalid_request',
  INVALID_TOKEN: 'invalid_token',
};
const CHALLENGED: ReadonlySet<ErrorCode> = new Set(['UNAUTHENTICATED', 'INVALID_REQUEST', 'INVALID_TOKEN']);

/**
 * Adds to a refusal of a credential how to do better (RFC 6750 3, RFC 9449 7.1): the error goes with the scheme that
 * was used, every other scheme is offered beside it. Other failures, and challenges that are there already, stay.
 * @param proofAlgorithms of DPoP; empty: it is not offered
 */
export function withChallenges(
  failure: unknown,
  used: Challenge['scheme'],
  proofAlgorithms: readonly string[],
): unknown {
  if (!(failure instanceof SecretError) || !CHALLENGED.has(failure.code)) return failure;
  if (failure.facts.challenges !== undefined) return failure;
  const error = ERRORS[failure.code];
  const told = error === undefined ? {} : { error, error_description: failure.detail };
  const isProofOffered = proofAlgorithms.length > 0;
  const offers: Challenge[] = [{ scheme: 'Bearer', parameters: {} }];
  if (isProofOffered) offers.push({ scheme: 'DPoP', parameters: { algs: proofAlgorithms.join(' ') } });
  const blamed = isProofOffered ? used : 'Bearer';
  const challenges = offers.map(({ scheme, parameters }) => ({
    scheme,
    parameters: scheme === blamed ? { ...parameters, ...told } : parameters,
  }));
  const facts = { ...failure.facts, challenges };
  return new SecretError(failure.code, failure.detail, facts, { cause: failure.cause });
}
