import type { IncomingHttpHeaders } from 'node:http';
import type { IdempotentRequest } from '../../application/idempotent-request.js';
import type { RequestContext } from '../../context/request-context.js';
import type { Preconditions } from '../../ports/secret-provider.port.js';
import { printCanonically } from '../../secrets/canonical-json.js';
import type { JsonObject } from '../../secrets/json.js';
import { Sealed } from '../../secrets/sealed.js';
import { SecretError } from '../../secrets/secret.errors.js';

const KEY = /^[\x20-\x7e]{1,255}$/;

/**
 * `Idempotency-Key`: 1 to 255 printable ASCII characters. What stands in quotes, as the draft's structured string
 * does, is another key than the same without them.
 * @throws SecretError INVALID_REQUEST
 */
export function parseIdempotencyKey({ 'idempotency-key': key }: IncomingHttpHeaders): string | undefined {
  if (key === undefined) return undefined;
  if (typeof key === 'string' && KEY.test(key)) return key;
  throw new SecretError('INVALID_REQUEST', 'Idempotency-Key takes 1 to 255 printable ASCII characters.');
}

/** What counts once under the key: the same body with the same conditions, of the same caller. */
export function idempotentRequest(
  key: string,
  { caller, operation }: RequestContext,
  body: JsonObject,
  { ifMatch, ifNoneMatch = false }: Preconditions,
): IdempotentRequest {
  if (caller === undefined) throw new Error('the form was read before anybody was known to call');
  const content = new Sealed(printCanonically([body, ifMatch ?? null, ifNoneMatch]));
  return { key, caller, operation: operation ?? 'bulk', content };
}
