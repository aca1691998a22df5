import { SecretError } from './secret.errors.js';
import type { ErrorCode } from './secret.errors.js';
import { decodeFurther, decodeOnce, encodeFragment, encodeSegment, isPrintable } from './percent-encoding.js';

const SCHEMES = ['yaml', 'openbao+kv2', 'hashicorp+kv2'] as const;
const PROVIDERS: ReadonlySet<string> = new Set(['yaml', 'openbao', 'hashicorp']);
/** Counted in code points, as decoded from query or body; the printed form keeps to it too. */
export const MAX_URI_LENGTH = 2048;

export type Scheme = (typeof SCHEMES)[number];

interface SecretUriParts {
  readonly scheme: Scheme;
  readonly segments: readonly string[];
  readonly fragment?: string | undefined;
  readonly version?: number | undefined;
}

/**
 * The canonical address of a secret: `<provider>[+<engine>]://<mount>/<path…>[#<key>][?version=<n>]`.
 *
 * A frozen value. Everything that could be read in two ways is refused and never repaired, so two different
 * secrets never share a printed form and `parse(print(parse(x)))` equals `parse(x)`.
 * The WHATWG URL class is of no use here: it resolves `..` silently and hides `?version` in the hash.
 */
export class SecretUri {
  readonly scheme: Scheme;
  /** First segment, decoded. */
  readonly mount: string;
  /** The segments behind the mount, decoded; at least one. */
  readonly path: readonly string[];
  /** The key of the secret's map, decoded. */
  readonly fragment: string | undefined;
  /** A pinned version, at least 1. */
  readonly version: number | undefined;
  /** The printed form without the version: the identity of the secret or key. */
  readonly canonical: string;

  private constructor({ scheme, segments, fragment, version }: SecretUriParts) {
    const [mount = '', ...path] = segments;
    this.scheme = scheme;
    this.mount = mount;
    this.path = Object.freeze(path);
    this.fragment = fragment;
    this.version = version;
    this.canonical =
      printAddress(scheme, segments) + (fragment === undefined ? '' : `#${encodeFragment(fragment)}`);
    refuseUnless(codePointCount(this.toString()) <= MAX_URI_LENGTH, 'INVALID_URI', TOO_LONG);
    Object.freeze(this);
  }

  /** @throws SecretError with one of the address codes (400) */
  static parse(text: string): SecretUri {
    const { scheme, hierarchy, fragment, version } = split(text);
    const segments = parseSegments(hierarchy);
    refuseUnless(segments.at(-1) !== '', 'INVALID_URI', 'The address ends in a slash; only a prefix may.');
    refuseUnless(segments.length > 1, 'INVALID_URI', 'The address needs a mount and a path.');
    segments.forEach(checkSegment);
    return new SecretUri({
      scheme,
      segments,
      fragment: fragment === undefined ? undefined : parseFragment(fragment),
      version,
    });
  }

  /** The same secret with a key that is already decoded. @throws SecretError INVALID_URI, INVALID_WILDCARD */
  withFragment(fragment: string): SecretUri {
    return new SecretUri({ ...this.parts(), fragment: checkFragment(fragment) });
  }

  /** @param version at least 1 */
  withVersion(version: number): SecretUri {
    return new SecretUri({ ...this.parts(), version });
  }

  /** The whole secret at its latest version: no fragment, no version. */
  secret(): SecretUri {
    return new SecretUri({ scheme: this.scheme, segments: [this.mount, ...this.path] });
  }

  /** `<mount>/<path…>` as printed: the key of the YAML file, and an order that all listings share. */
  get name(): string {
    return [this.mount, ...this.path].map(encodeSegment).join('/');
  }

  /** The printed form, with the version behind the fragment. */
  toString(): string {
    return this.version === undefined ? this.canonical : `${this.canonical}?version=${this.version}`;
  }

  private parts(): SecretUriParts {
    return {
      scheme: this.scheme,
      segments: [this.mount, ...this.path],
      fragment: this.fragment,
      version: this.version,
    };
  }
}

/** What a listing or a search is limited to: everything below a folder, and the secret of that name where no `/` ends it. */
export class SecretPrefix {
  readonly scheme: Scheme;
  readonly mount: string;
  /** Folders behind the mount, decoded; may be empty. */
  readonly path: readonly string[];
  /** True where the prefix was given without its closing slash: the secret of exactly that name belongs to it. */
  readonly includesItself: boolean;
  /** The printed form with its closing slash; what the policy is asked about. */
  readonly canonical: string;

  private constructor(scheme: Scheme, segments: readonly string[], includesItself: boolean) {
    const [mount = '', ...path] = segments;
    this.scheme = scheme;
    this.mount = mount;
    this.path = Object.freeze(path);
    this.includesItself = includesItself && path.length > 0;
    this.canonical = `${printAddress(scheme, segments)}/`;
    refuseUnless(codePointCount(this.canonical) <= MAX_URI_LENGTH, 'INVALID_URI', TOO_LONG);
    Object.freeze(this);
  }

  /** @throws SecretError with one of the address codes (400) */
  static parse(text: string): SecretPrefix {
    const { scheme, hierarchy, fragment, version } = split(text);
    refuseUnless(fragment === undefined, 'INVALID_URI', 'A prefix has no fragment.');
    refuseUnless(version === undefined, 'VERSION_NOT_ALLOWED', 'A prefix has no version.');
    const segments = parseSegments(hierarchy);
    const last = segments.at(-1);
    const isFolder = segments.length > 1 && (last === '' || last === '*');
    if (isFolder) segments.pop();
    segments.forEach(checkSegment);
    return new SecretPrefix(scheme, segments, !isFolder);
  }

  /** `<mount>/<folders…>/` as printed. */
  get name(): string {
    return this.canonical.slice(this.scheme.length + '://'.length);
  }

  toString(): string {
    return this.canonical;
  }
}

const TOO_LONG = `The address has more than ${MAX_URI_LENGTH} characters.`;

interface SplitAddress {
  readonly scheme: Scheme;
  readonly hierarchy: string;
  readonly fragment: string | undefined;
  readonly version: number | undefined;
}

/** Takes the address apart at its literal delimiters, before anything is decoded. */
function split(text: string): SplitAddress {
  refuseUnless(codePointCount(text) <= MAX_URI_LENGTH, 'INVALID_URI', TOO_LONG);
  const separator = text.indexOf('://');
  refuseUnless(separator > 0, 'INVALID_URI', 'The address has no scheme.');
  const scheme = parseScheme(text.slice(0, separator));
  // "?" begins the query wherever it stands: before the fragment (RFC 3986) and behind it (the platform's habit).
  const [, hierarchy = '', queryBefore, fragment, queryBehind] =
    /^([^?#]*)(?:\?([^#]*))?(?:#([^?]*)(?:\?(.*))?)?$/su.exec(text.slice(separator + 3)) ?? [];
  refuseUnless(
    fragment?.includes('#') !== true && queryBehind?.includes('#') !== true,
    'INVALID_URI',
    'A literal # in a fragment is written %23.',
  );
  return { scheme, hierarchy, fragment, version: parseVersion([queryBefore, queryBehind]) };
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
  const values = pairs.map((pair) => /^version=(.*)$/su.exec(pair)?.[1]);
  const [value] = values;
  refuseUnless(
    values.length === 1 && value !== undefined,
    'AMBIGUOUS_QUERY',
    'An address takes one query key, version, once.',
  );
  const version = findVersionNumber(value);
  if (version === undefined)
    throw new SecretError('INVALID_URI', 'The version of the address is not a positive integer.');
  return version;
}

/** A version as people write it: a positive integer without sign or leading zeros; undefined for anything else. */
export function findVersionNumber(text: string): number | undefined {
  const version = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(version) ? version : undefined;
}

function parseSegments(hierarchy: string): string[] {
  const [authority = ''] = hierarchy.split('/', 1);
  refuseUnless(!/[@:]/.test(authority), 'INVALID_URI', 'An address has no user information and no port.');
  const segments = hierarchy.split('/').map(decodeOnce);
  refuseUnless(!segments.includes(undefined), 'INVALID_URI', 'The address holds a broken percent-encoding.');
  const [mount = '', ...path] = segments as string[];
  // Printed as they are these two would be read as user information and port.
  refuseUnless(!/[@:]/.test(mount), 'INVALID_URI', 'A mount holds neither @ nor a colon.');
  refuseUnless(mount !== '' || path.length > 0, 'INVALID_URI', 'The address needs a mount and a path.');
  const inner = [mount, ...path.slice(0, -1)];
  refuseUnless(!inner.includes(''), 'ILLEGAL_SEGMENT', 'The address holds an empty segment.');
  return [mount, ...path];
}

/** Looks at every depth of encoding: what a careless reader further on would decode again must be harmless too. */
function checkSegment(segment: string): void {
  for (let text = segment, previous = ''; text !== previous; previous = text, text = decodeFurther(text)) {
    refuseUnless(text !== '.' && text !== '..', 'ILLEGAL_SEGMENT', 'The address holds a dot segment.');
    refuseUnless(!/[/\\]/.test(text), 'ILLEGAL_SEGMENT', 'A segment holds a slash or a backslash.');
    refuseUnless(
      !text.includes('*'),
      'INVALID_WILDCARD',
      'An asterisk may only be the whole last segment of a prefix.',
    );
    refuseUnless(isPrintable(text), 'ILLEGAL_SEGMENT', 'A segment holds a character that is not printable.');
    refuseUnless(
      text.normalize('NFC') === text,
      'ILLEGAL_SEGMENT',
      'A segment is not in Unicode normalization form C.',
    );
  }
}

function parseFragment(encoded: string): string {
  const fragment = decodeOnce(encoded);
  if (fragment === undefined)
    throw new SecretError('INVALID_URI', 'The fragment holds a broken percent-encoding.');
  return checkFragment(fragment);
}

function checkFragment(fragment: string): string {
  refuseUnless(fragment !== '', 'INVALID_URI', 'The fragment is empty.');
  refuseUnless(
    !fragment.includes('*'),
    'INVALID_WILDCARD',
    'A fragment names one key and holds no asterisk.',
  );
  refuseUnless(isPrintable(fragment), 'INVALID_URI', 'The fragment holds a character that is not printable.');
  return fragment;
}

function printAddress(scheme: Scheme, segments: readonly string[]): string {
  return `${scheme}://${segments.map(encodeSegment).join('/')}`;
}

function codePointCount(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

function refuseUnless(condition: boolean, code: ErrorCode, detail: string): asserts condition {
  if (!condition) throw new SecretError(code, detail);
}
