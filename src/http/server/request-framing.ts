import type { IncomingMessage } from 'node:http';
import { SecretError } from '../../secrets/secret.errors.js';
import { failureOf } from './broken-requests.js';
import { SERVER_LIMITS } from './server-limits.js';

/** Of two of them somebody in front of the service may have believed the other one. */
const SENT_ONCE: ReadonlySet<string> = new Set(['host', 'content-type', 'content-encoding']);
/** RFC 9110 7.2: uri-host and port, or nothing. */
const HOST = /^(?:[\w.~!$&'()*+,;=%-]+|\[[\da-f:.]+\])?(?::\d{0,5})?$/i;

/**
 * What Node's parser lets pass and RFC 9112 has refused, in the shape of every other problem.
 * @returns why the request is not understood by everybody on its way alike, undefined where it is
 */
export function refuseFraming(request: IncomingMessage): SecretError | undefined {
  const { rawHeaders } = request;
  if (rawHeaders.length > 2 * SERVER_LIMITS.maxHeaderFields) return new SecretError('HEADERS_TOO_LARGE');
  const reason = findFault(request);
  return reason === undefined ? failureOf(request) : new SecretError('INVALID_REQUEST', reason);
}

function findFault({ httpVersion, headers, rawHeaders }: IncomingMessage): string | undefined {
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return 'The service speaks HTTP/1.1.';
  const { host, 'transfer-encoding': coding } = headers;
  // RFC 9112 3.2.
  if (host === undefined && httpVersion === '1.1') return 'The header Host is missing.';
  if (host !== undefined && !HOST.test(host)) return 'The header Host holds no host.';
  // RFC 9112 6.1 and 7: no other coding is known, and HTTP/1.0 has none.
  const isCoded = coding !== undefined;
  if (isCoded && (httpVersion === '1.0' || coding.toLowerCase() !== 'chunked'))
    return 'The only Transfer-Encoding is chunked, in HTTP/1.1.';
  const repeated = findRepeated(rawHeaders);
  return repeated === undefined ? undefined : `The header ${repeated} is there twice.`;
}

/** @param rawHeaders names and values in turn */
function findRepeated(rawHeaders: readonly string[]): string | undefined {
  const seen = new Set<string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    if (!SENT_ONCE.has(name)) continue;
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return undefined;
}
