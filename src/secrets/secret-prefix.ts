import { refuseOverlong, refuseUnless, splitAddress } from './address-grammar.js';
import type { Scheme } from './address-grammar.js';
import { checkSegments, decodeSegments, printAddress } from './address-segments.js';

/** Of a secret's address: its scheme and its printed `<mount>/<path…>`. */
interface Named {
  readonly scheme: Scheme;
  readonly name: string;
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
    refuseOverlong(this.canonical);
    Object.freeze(this);
  }

  /** @throws SecretError with one of the address codes (400) */
  static parse(text: string): SecretPrefix {
    const { scheme, hierarchy, fragment, version } = splitAddress(text);
    refuseUnless(fragment === undefined, 'INVALID_URI', 'A prefix has no fragment.');
    refuseUnless(version === undefined, 'VERSION_NOT_ALLOWED', 'A prefix has no version.');
    const segments = decodeSegments(hierarchy);
    const last = segments.at(-1);
    const isFolder = segments.length > 1 && (last === '' || last === '*');
    checkSegments(isFolder ? [...segments.slice(0, -1), ''] : segments);
    return new SecretPrefix(scheme, isFolder ? segments.slice(0, -1) : segments, !isFolder);
  }

  /** `<mount>/<folders…>/` as printed. */
  get name(): string {
    return this.canonical.slice(this.scheme.length + '://'.length);
  }

  /** Whether the secret lies below the folder, or is the secret of the prefix's own name: `app` never takes in `apple`. */
  includes(uri: Named): boolean {
    if (uri.scheme !== this.scheme) return false;
    return uri.name.startsWith(this.name) || (this.includesItself && `${uri.name}/` === this.name);
  }

  toString(): string {
    return this.canonical;
  }
}
