import { ERROR_CATALOGUE } from '../../secrets/secret.errors.js';
import type { ErrorCode } from '../../secrets/secret.errors.js';
import type { Operation } from '../../secrets/operations.js';
import { DOCUMENTED_OPERATIONS, descriptionOf, findOperation } from './documented-operations.js';
import type { DocumentedOperation } from './documented-operations.js';

/** Before any route looks at a request, and behind every one. */
const EVERYWHERE: readonly ErrorCode[] = [
  'INVALID_REQUEST',
  'REQUEST_TIMEOUT',
  'BODY_TOO_LARGE',
  'HEADERS_TOO_LARGE',
  'INTERNAL_ERROR',
];

const AUTHORIZED: readonly ErrorCode[] = [
  'UNAUTHENTICATED',
  'INVALID_TOKEN',
  'INSUFFICIENT_SCOPE',
  'IDP_UNAVAILABLE',
  'AMBIGUOUS_QUERY',
  'TENANT_MOUNT_MISMATCH',
  'SECRET_AUTHZ_FAILED',
  'PDP_UNAVAILABLE',
  'AUDIT_UNAVAILABLE',
  'STATE_UNAVAILABLE',
  'RATE_LIMITED',
];

const WITH_AN_ADDRESS: readonly ErrorCode[] = [
  'INVALID_URI',
  'UNSUPPORTED_PROVIDER',
  'UNSUPPORTED_ENGINE',
  'ILLEGAL_SEGMENT',
  'INVALID_WILDCARD',
  'PROVIDER_NOT_CONFIGURED',
  'PROVIDER_ERROR',
];

const OVER_THE_NETWORK: readonly ErrorCode[] = [
  'PROVIDER_DENIED',
  'PROVIDER_UNAVAILABLE',
  'PROVIDER_OVERLOADED',
  'OVERLOADED',
  'PROVIDER_TIMEOUT',
];

/** Every code that the operation can answer with, by status and in the order of the catalogue. */
export function problemsOf(id: DocumentedOperation): ReadonlyMap<number, readonly ErrorCode[]> {
  const operation = findOperation(id);
  const codes = new Set([
    ...EVERYWHERE,
    ...(operation === undefined ? [] : codesOf(operation)),
    ...descriptionOf(id).problems,
  ]);
  const ordered = (Object.keys(ERROR_CATALOGUE) as ErrorCode[]).filter((code) => codes.has(code));
  return Map.groupBy(ordered, (code) => ERROR_CATALOGUE[code].status);
}

/** Codes that some operation can answer with. */
export function documentedCodes(): ReadonlySet<ErrorCode> {
  return new Set(DOCUMENTED_OPERATIONS.flatMap((id) => [...problemsOf(id).values()].flat()));
}

function codesOf({ purpose, address, stores }: Operation): readonly ErrorCode[] {
  if (address === undefined) return AUTHORIZED;
  const { in: place, field, fragment, version } = address;
  const codes: ErrorCode[] = [...AUTHORIZED, ...WITH_AN_ADDRESS];
  if (purpose !== 'read' && purpose !== 'read_metadata') codes.push('CROSS_ORIGIN');
  if (place === 'body') codes.push('UNSUPPORTED_MEDIA_TYPE', 'VALUE_TOO_COMPLEX');
  if (place === 'query' && field === 'uri') codes.push('INVALID_VERSION');
  if (version === 'refused') codes.push('VERSION_NOT_ALLOWED');
  if (field === 'uri' && fragment === 'refused') codes.push('FRAGMENT_NOT_ALLOWED');
  if (stores.includes('kv2')) codes.push(...OVER_THE_NETWORK);
  if (!stores.includes('yaml')) codes.push('NOT_SUPPORTED');
  return codes;
}
