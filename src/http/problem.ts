import { ERROR_CATALOGUE } from '../secrets/secret.errors.js';
import type { Challenge, SecretError } from '../secrets/secret.errors.js';

export const PROBLEM_TYPE = 'application/problem+json';

const REALM = 'secrets-api';
const PLAIN_CHALLENGE: Challenge = { scheme: 'Bearer', parameters: {} };

/** An RFC 9457 problem document. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: string;
  readonly correlation_id: string;
  readonly purpose?: string;
  readonly decision_id?: string;
}

/** @param path of the request, never its query */
export function describeProblem(error: SecretError, path: string, correlationId: string): Problem {
  const { purpose, decision_id } = error.facts;
  return {
    type: `urn:secrets-api:problem:${error.code.toLowerCase().replaceAll('_', '-')}`,
    title: ERROR_CATALOGUE[error.code].title,
    status: error.status,
    detail: error.detail,
    instance: path,
    code: error.code,
    correlation_id: correlationId,
    ...(purpose !== undefined && { purpose }),
    ...(decision_id !== undefined && { decision_id }),
  };
}

/** The headers that a problem is sent with, beside those of every answer. */
export function headersOf(error: SecretError): readonly (readonly [string, string])[] {
  const { retryAfterSeconds = 1, allow = [] } = error.facts;
  const headers: [string, string][] = [
    ['Content-Type', PROBLEM_TYPE],
    ['Cache-Control', 'no-store'],
  ];
  if (error.facts.isReplayed === true) headers.push(['Idempotency-Replayed', 'true']);
  if (error.status === 503 || error.status === 429) headers.push(['Retry-After', String(retryAfterSeconds)]);
  const { challenges = error.status === 401 ? [PLAIN_CHALLENGE] : [] } = error.facts;
  if (challenges.length > 0) headers.push(['WWW-Authenticate', challenges.map(formatChallenge).join(', ')]);
  if (error.status === 405) headers.push(['Allow', allow.join(', ')]);
  return headers;
}

/**
 * RFC 9110 11.6.1. RFC 6750 3 wants at least one parameter behind Bearer, and has no place for some characters in a
 * description: those are left out.
 */
function formatChallenge({ scheme, parameters }: Challenge): string {
  const all = scheme === 'Bearer' ? { realm: REALM, ...parameters } : parameters;
  const pairs = Object.entries(all).map(
    ([name, value]) => `${name}="${value.replace(/[^\x20-\x7e]|["\\]/g, '')}"`,
  );
  return `${scheme} ${pairs.join(', ')}`;
}
