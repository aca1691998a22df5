import type { IncomingHttpHeaders } from 'node:http';
import type { Preconditions } from '../../ports/secret-provider.port.js';
import { SecretError } from '../../secrets/secret.errors.js';
import { findVersionNumber } from '../../secrets/secret-uri.js';

/**
 * `If-Match: "<version>"` and `If-None-Match: *` (RFC 9110 13.1), in the strong single forms that a version has.
 * @throws SecretError INVALID_REQUEST
 */
export function parsePreconditions(headers: IncomingHttpHeaders): Preconditions {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers;
  if (noneMatch !== undefined && noneMatch.trim() !== '*') {
    throw new SecretError('INVALID_REQUEST', 'If-None-Match takes * only.');
  }
  const ifNoneMatch = noneMatch === undefined ? {} : { ifNoneMatch: true };
  if (match === undefined) return ifNoneMatch;
  const ifMatch = findVersionNumber(/^"(.*)"$/.exec(match.trim())?.[1] ?? '');
  if (ifMatch === undefined) {
    throw new SecretError('INVALID_REQUEST', 'If-Match takes one version in quotes, as ETag gives it.');
  }
  return { ifMatch, ...ifNoneMatch };
}

/**
 * To be called once the change is permitted: what precedes a permit tells nothing of preconditions.
 * @throws SecretError PRECONDITION_FAILED where both are asked for, since a version and none cannot hold together
 */
export function refuseContradiction({ ifMatch, ifNoneMatch }: Preconditions): void {
  if (ifMatch !== undefined && ifNoneMatch === true) throw new SecretError('PRECONDITION_FAILED');
}
