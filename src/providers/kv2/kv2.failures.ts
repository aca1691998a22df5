import { SecretError } from '../../secrets/secret.errors.js';
import type { ErrorCode, ErrorFacts } from '../../secrets/secret.errors.js';
import type { Kv2Answer } from './kv2.answer.js';
import { says } from './kv2.answer.js';
import { Kv2Failure } from './kv2.failure.js';
import type { PossibleEffect } from './kv2.failure.js';
import { TransportFault } from './transport-fault.js';
import type { TransportFaultKind } from './transport-fault.js';

/** Told with each failure of the 503 class; a store that says more is believed. */
const RETRY_AFTER_SECONDS = 1;
const MAY_BE_TRIED_AGAIN: ReadonlySet<ErrorCode> = new Set(['PROVIDER_UNAVAILABLE', 'PROVIDER_OVERLOADED']);

interface AnswerRule {
  readonly status: number | 'any-5xx' | 'any';
  /** Of the store's texts; without it the status alone decides. */
  readonly says?: RegExp;
  readonly isEmpty?: true;
  readonly code: ErrorCode;
  readonly effect: PossibleEffect;
}

/**
 * Which answer of the store becomes which of our codes (contract section 7); the first rule that fits. Answers that
 * an operation expects (its 404, a check-and-set that failed) never come here.
 */
const ANSWER_RULES: readonly AnswerRule[] = [
  // OpenBao refuses names that its Unicode tables do not call printable, and says nothing with it.
  { status: 400, isEmpty: true, code: 'ILLEGAL_SEGMENT', effect: 'none' },
  {
    status: 400,
    says: /complexity|JSON.*(exceeds|too (deep|many|long))/i,
    code: 'VALUE_TOO_COMPLEX',
    effect: 'none',
  },
  { status: 400, says: /custom_metadata validation failed/, code: 'VALUE_TOO_COMPLEX', effect: 'none' },
  { status: 400, says: /too large/i, code: 'BODY_TOO_LARGE', effect: 'none' },
  { status: 400, says: /upgrading from non-versioned/i, code: 'PROVIDER_UNAVAILABLE', effect: 'none' },
  { status: 403, code: 'PROVIDER_DENIED', effect: 'none' },
  { status: 413, code: 'BODY_TOO_LARGE', effect: 'none' },
  { status: 429, code: 'PROVIDER_OVERLOADED', effect: 'none' },
  { status: 500, says: /value being too large/i, code: 'BODY_TOO_LARGE', effect: 'none' },
  {
    status: 500,
    says: /active cluster node not found|no leader/i,
    code: 'PROVIDER_UNAVAILABLE',
    effect: 'none',
  },
  { status: 503, says: /sealed|standby|not initialized/i, code: 'PROVIDER_UNAVAILABLE', effect: 'none' },
  { status: 503, code: 'PROVIDER_UNAVAILABLE', effect: 'possible' },
  { status: 'any-5xx', code: 'PROVIDER_ERROR', effect: 'possible' },
  { status: 'any', code: 'PROVIDER_ERROR', effect: 'none' },
];

const TRANSPORT_RULES: Record<TransportFaultKind, { code: ErrorCode; effect: PossibleEffect }> = {
  unreachable: { code: 'PROVIDER_UNAVAILABLE', effect: 'none' },
  'never-sent': { code: 'PROVIDER_TIMEOUT', effect: 'none' },
  lost: { code: 'PROVIDER_UNAVAILABLE', effect: 'possible' },
  silent: { code: 'PROVIDER_TIMEOUT', effect: 'possible' },
  garbled: { code: 'PROVIDER_ERROR', effect: 'possible' },
  oversized: { code: 'PROVIDER_ERROR', effect: 'possible' },
};

export function failureOfAnswer(answer: Kv2Answer): Kv2Failure {
  // A success that cannot be read has been carried out, as far as anybody knows.
  if (answer.status < 300) return new Kv2Failure('PROVIDER_ERROR', 'possible');
  const rule = ANSWER_RULES.find((candidate) => fits(candidate, answer));
  const { code, effect } = rule ?? { code: 'PROVIDER_ERROR', effect: 'possible' };
  return new Kv2Failure(code, effect, { facts: factsOf(code, answer.retryAfterSeconds) });
}

/** @throws what is not a fault of the transport as it is */
export function failureOfTransport(error: unknown): Kv2Failure {
  if (!(error instanceof TransportFault)) throw error;
  const { code, effect } = TRANSPORT_RULES[error.kind];
  return new Kv2Failure(code, effect, { facts: factsOf(code, undefined), cause: error });
}

export function outcomeUnknown(cause: unknown): SecretError {
  return new SecretError('OUTCOME_UNKNOWN', undefined, {}, { cause });
}

function fits({ status, says: pattern, isEmpty }: AnswerRule, answer: Kv2Answer): boolean {
  const isStatus =
    status === 'any' || status === answer.status || (status === 'any-5xx' && answer.status >= 500);
  if (!isStatus || (isEmpty === true && answer.form !== 'empty')) return false;
  return pattern === undefined || says(answer, pattern);
}

function factsOf(code: ErrorCode, told: number | undefined): ErrorFacts {
  if (!MAY_BE_TRIED_AGAIN.has(code)) return {};
  return told === undefined
    ? { retryAfterSeconds: RETRY_AFTER_SECONDS }
    : { retryAfterSeconds: told, storeRetryAfterSeconds: told };
}
