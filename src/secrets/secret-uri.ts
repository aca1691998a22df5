import { refuseOverlong, refuseUnless, splitAddress } from './address-grammar.js';
import type { Scheme } from './address-grammar.js';
import { checkSegments, decodeSegments, printAddress, printSegments } from './address-segments.js';
import { decodeOnce, encodeFragment, isPrintable } from './percent-encoding.js';
import { SecretError } from './secret.errors.js';

// The other rooms import these from here.
export { findVersionNumber } from './address-grammar.js';
export type { Scheme } from './address-grammar.js';
export { SecretPrefix } from './secret-prefix.js';

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
    refuseOverlong(this.toString());
    Object.freeze(this);
  }

  /** @throws SecretError with one of the address codes (400) */
  static parse(text: string): SecretUri {
    const { scheme, hierarchy, fragment, version } = splitAddress(text);
    const segments = decodeSegments(hierarchy);
    checkSegments(segments);
    refuseUnless(segments.length > 1, 'INVALID_URI', 'The address needs a mount and a path.');
    refuseUnless(segments.at(-1) !== '', 'INVALID_URI', 'The address ends in a slash; only a prefix may.');
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
    return printSegments([this.mount, ...this.path]);
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
