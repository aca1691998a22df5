import { TLSSocket } from 'node:tls';
import type { Request } from 'express';

/** RFC 3986 of the schemes http and https, without user information: scheme, host, port, path; then query and fragment. */
const HTTP_URI =
  /^(https?):\/\/(\[[\da-f:.]+\]|[\w.~!$&'()*+,;=-]+)(?::(\d*))?((?:\/(?:[\w.~!$&'()*+,;=:@-]|%[\da-f]{2})*)*)(?:[?#].*)?$/i;
const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: '80', https: '443' };
const ENCODED = /%([\da-f]{2})/gi;
const UNRESERVED = /^[\w.~-]$/;
/** RFC 9112 3.2.2: a request target that repeats scheme and host. */
const ABSOLUTE_FORM = /^https?:\/\/[^/?#]*/i;

/** The parts of a request that its target URI is put together from. */
export type TargetSource = Pick<Request, 'originalUrl' | 'headers' | 'socket'>;

/**
 * The target URI of a request as its caller wrote it, without the query.
 * @param publicOrigin where callers reach the service; undefined: the scheme of the socket and the Host of the request
 */
export function targetUriOf({ originalUrl, headers, socket }: TargetSource, publicOrigin?: string): string {
  const scheme = socket instanceof TLSSocket ? 'https' : 'http';
  const origin = publicOrigin ?? `${scheme}://${headers.host ?? ''}`;
  const [path = ''] = originalUrl.replace(ABSOLUTE_FORM, '').split('?', 1);
  return `${origin}${path}`;
}

/**
 * Writes an http or https URI in its one normal form (RFC 3986 6.2.2 and 6.2.3, as RFC 9449 4.3 asks for) and without
 * query and fragment. Not by the URL class: it repairs what is no URI, and leaves percent-encodings as they are.
 * @returns undefined where the text is no such URI
 */
export function normaliseTargetUri(text: string): string | undefined {
  const [, scheme, host, port = '', path] = HTTP_URI.exec(text) ?? [];
  if (scheme === undefined || host === undefined || path === undefined) return undefined;
  const lowerScheme = scheme.toLowerCase();
  const isDefaultPort = port === '' || port === DEFAULT_PORTS[lowerScheme];
  const authority = `${host.toLowerCase()}${isDefaultPort ? '' : `:${port}`}`;
  return `${lowerScheme}://${authority}${removeDotSegments(normaliseEncoding(path))}`;
}

/** RFC 3986 6.2.2.1 and 6.2.2.2 */
function normaliseEncoding(path: string): string {
  return path.replace(ENCODED, (encoded, digits: string) => {
    const character = String.fromCharCode(Number.parseInt(digits, 16));
    return UNRESERVED.test(character) ? character : encoded.toUpperCase();
  });
}

/** RFC 3986 5.2.4; an empty path is the root (6.2.3). */
function removeDotSegments(path: string): string {
  const kept: string[] = [];
  const segments = path.split('/').slice(1);
  segments.forEach((segment, index) => {
    if (segment === '..') kept.pop();
    const isDot = segment === '.' || segment === '..';
    if (!isDot) kept.push(segment);
    else if (index === segments.length - 1) kept.push('');
  });
  return `/${kept.join('/')}`;
}
