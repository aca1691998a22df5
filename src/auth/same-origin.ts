import type { Request } from 'express';
import { SecretError } from '../secrets/secret.errors.js';

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);
const ORIGIN = /^https?:\/\/[^/?#@\s]+$/i;

/**
 * A browser adds the session cookie to requests of any page, so a change under it has to show that it comes from a
 * page of ours: by `Origin` (RFC 6454 7), by `Sec-Fetch-Site` (Fetch Metadata), and by both where both are sent.
 * @param publicOrigin undefined: same origin is the Host of the request
 * @throws SecretError CROSS_ORIGIN
 */
export function refuseCrossOrigin(
  { method, headers }: Pick<Request, 'method' | 'headers'>,
  publicOrigin: string | undefined,
): void {
  if (SAFE_METHODS.has(method)) return;
  const { origin } = headers;
  const site = headers['sec-fetch-site'];
  if (origin === undefined && site === undefined) {
    throw new SecretError(
      'CROSS_ORIGIN',
      'A change under a session cookie needs Origin or Sec-Fetch-Site: same-origin.',
    );
  }
  const isOriginOurs = origin === undefined || isSameOrigin(origin, publicOrigin, headers.host);
  if (!isOriginOurs || (site !== undefined && site !== 'same-origin')) throw new SecretError('CROSS_ORIGIN');
}

function isSameOrigin(origin: string, publicOrigin: string | undefined, host: string | undefined): boolean {
  if (!ORIGIN.test(origin) || !URL.canParse(origin)) return false;
  const sent = new URL(origin);
  if (publicOrigin !== undefined) return sent.origin === publicOrigin;
  // The scheme is the gateway's to know: only host and port can be compared, by the default port of the scheme sent.
  const own = `${sent.protocol}//${host ?? ''}`;
  return ORIGIN.test(own) && URL.canParse(own) && new URL(own).host === sent.host;
}
