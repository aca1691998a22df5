import type { StoreReply } from './store-reply.js';
import { refuse } from './store-reply.js';

export interface RequestPath {
  /** Decoded once, without the leading `/v1/`. */
  path: string;
  query: URLSearchParams;
}

// Go's unicode.IsPrint: letters, marks, numbers, punctuation, symbols and the ASCII space.
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u;

export function isPrintable(text: string): boolean {
  return PRINTABLE.test(text);
}

/**
 * Everything the store decides on the target alone, before it looks at token or seal: a broken escape, unprintable
 * characters (400 with an empty body), a path that is not clean (307 to the clean one), relative segments.
 */
export function parseTarget(method: string, target: string): RequestPath | StoreReply {
  const [rawPath = '', ...rest] = target.split('?');
  const rawQuery = rest.join('?');
  if (/%(?![0-9A-Fa-f]{2})/.test(rawPath)) {
    return { status: 400, text: '400 Bad Request', contentType: 'text/plain; charset=utf-8' };
  }
  // Invalid UTF-8 becomes U+FFFD, which is printable.
  const decoded = decodeBytes(rawPath);
  if (!isPrintable(decoded)) return { status: 400, text: '', contentType: undefined };
  const clean = cleanPath(rawPath);
  if (clean !== rawPath) return redirect(method, rawQuery === '' ? clean : `${clean}?${rawQuery}`);
  if (decoded.split('/').some((segment) => segment === '.' || segment === '..')) {
    return refuse(400, 'relative paths not supported');
  }
  if (!decoded.startsWith('/v1/')) return refuse(404);
  return { path: decoded.slice('/v1/'.length), query: new URLSearchParams(rawQuery) };
}

export function isRequestPath(parsed: RequestPath | StoreReply): parsed is RequestPath {
  return 'path' in parsed;
}

function decodeBytes(rawPath: string): string {
  const bytes = rawPath.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** Go's ServeMux on the escaped path: `//`, `/./` and `/../` go, a slash at the end stays. */
function cleanPath(rawPath: string): string {
  const kept: string[] = [];
  for (const segment of rawPath.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  const isFolder = rawPath.endsWith('/') && kept.length > 0;
  return `/${kept.join('/')}${isFolder ? '/' : ''}`;
}

/** With a body for GET only. */
function redirect(method: string, location: string): StoreReply {
  const headers = { Location: location };
  if (method !== 'GET' && method !== 'HEAD')
    return { status: 307, headers, text: '', contentType: undefined };
  const text = `<a href="${location}">Temporary Redirect</a>.\n\n`;
  return { status: 307, headers, contentType: 'text/html; charset=utf-8', text };
}
