import { SecretError } from './secret.errors.js';
import type { ErrorCode } from './secret.errors.js';

export const SCHEMES = ['yaml', 'openbao+kv2', 'hashicorp+kv2'] as const;
const PROVIDERS: ReadonlySet<string> = new Set(['yaml', 'openbao', 'hashicorp']);
/** Counted in code points, as decoded from query or body; the printed form keeps to it too. */
export const MAX_URI_LENGTH = 2048;

export type Scheme = (typeof SCHEMES)[number];

interface SplitAddress {
  readonly scheme: Scheme;
  /** Mount and path, still percent-encoded. */
  readonly hierarchy: string;
  /** Still percent-encoded. */
  readonly fragment: string | undefined;
  readonly version: number | undefined;
}

/**
 * Takes an address apart at its literal delimiters, before anything is decoded.
 * @throws SecretError INVALID_URI, UNSUPPORTED_PROVIDER, UNSUPPORTED_ENGINE, AMBIGUOUS_QUERY
 */
export function splitAddress(text: string): SplitAddress {
  refuseOverlong(text);
  // What stands behind a "/", "?" or "#" is no scheme any more.
  const [start, name] = /^([^:/?#]+):\/\//u.exec(text) ?? [];
  if (start === undefined || name === undefined)
    throw new SecretError('INVALID_URI', 'The address has no scheme.');
  const scheme = parseScheme(name);
  // "?" begins the query wherever it stands: before the fragment (RFC 3986) and behind it (the platform's habit).
  const [, hierarchy = '', queryBefore, fragment, queryBehind] =
    /^([^?#]*)(?:\?([^#]*))?(?:#([^?]*)(?:\?(.*))?)?$/su.exec(text.slice(start.length)) ?? [];
  refuseUnless(fragment?.includes('#') !== true, 'INVALID_URI', 'A literal # in a fragment is written %23.');
  return { scheme, hierarchy, fragment, version: parseVersion([queryBefore, queryBehind]) };
}

/** A version as people write it: a positive integer without sign or leading zeros; undefined for anything else. */
export function findVersionNumber(text: string): number | undefined {
  const version = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(version) ? version : undefined;
}

/** @throws SecretError INVALID_URI */
export function refuseOverlong(text: string): void {
  // The first look spares counting a megabyte: no more than two UTF-16 code units make a code point.
  refuseUnless(
    text.length <= 2 * MAX_URI_LENGTH && codePointCount(text) <= MAX_URI_LENGTH,
    'INVALID_URI',
    `The address has more than ${MAX_URI_LENGTH} characters.`,
  );
}

/** @throws SecretError of that code where the condition does not hold */
export function refuseUnless(condition: boolean, code: ErrorCode, detail: string): asserts condition {
  if (!condition) throw new SecretError(code, detail);
}

function parseScheme(text: string): Scheme {
  // Not toLowerCase() alone: it would turn the Kelvin sign into a "k".
  const lower = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const scheme = SCHEMES.find((known) => known === lower);
  if (scheme !== undefined) return scheme;
  const [provider = ''] = lower.split('+', 1);
  throw PROVIDERS.has(provider)
    ? new SecretError('UNSUPPORTED_ENGINE')
    : new SecretError('UNSUPPORTED_PROVIDER');
}

function parseVersion(queries: readonly (string | undefined)[]): number | undefined {
  const pairs = queries.filter((query) => query !== undefined).flatMap((query) => query.split(/[&?]/));
  if (pairs.length === 0) return undefined;
  const named = pairs.filter((pair) => pair !== '');
  refuseUnless(
    named.length <= 1 && named.every((pair) => /^version(?:=|$)/.test(pair)),
    'AMBIGUOUS_QUERY',
    'An address takes one query key, version, once.',
  );
  const [value] = pairs.map((pair) => pair.slice('version='.length));
  const version = pairs.length === 1 && value !== undefined ? findVersionNumber(value) : undefined;
  if (version === undefined)
    throw new SecretError('INVALID_URI', 'The version of the address is not a positive integer.');
  return version;
}

function codePointCount(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
