import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { resolve } from 'node:path';
import { encodeSegment, isPrintable } from '../secrets/percent-encoding.js';
import { Sealed } from '../secrets/sealed.js';
import { SecretUri } from '../secrets/secret-uri.js';

/** One environment variable: how its text becomes a value, and all that its line in docs/configuration.md says. */
export interface Variable<T> {
  readonly type: 'integer' | 'boolean' | 'one of' | 'text' | 'list' | 'URL' | 'path' | 'secret';
  /** The value where nothing is set. */
  readonly default: T;
  /** The default in words, where its text alone would not tell. */
  readonly defaultNote?: string;
  readonly unit?: 'ms' | 'connections' | 'calls' | 'items' | 'attempts';
  /** Completes "allowed: …". */
  readonly allowed: string;
  readonly sentence: string;
  /** Undefined: the text is not allowed. Never called with an empty text, which counts as not set. */
  readonly parse: (text: string) => T | undefined;
}

type About = Pick<Variable<unknown>, 'sentence' | 'unit' | 'defaultNote'>;

/** ASCII that can stand in an HTTP header. */
const VISIBLE_ASCII = /^[\x21-\x7e]+$/;
const HOST_NAME = /^(?=.{1,253}$)[a-z\d]([a-z\d-]*[a-z\d])?(\.[a-z\d]([a-z\d-]*[a-z\d])?)*$/i;
const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Decimal digits only: `1e3`, `0x10`, `+1` and `1.0` are refused. */
export function integer(
  limits: { readonly default: number; readonly min: number; readonly max: number },
  about: About,
): Variable<number> {
  const { min, max } = limits;
  return {
    ...about,
    type: 'integer',
    default: limits.default,
    allowed: `an integer from ${min} to ${max}, in decimal digits`,
    parse: (text) => {
      const value = /^(0|[1-9]\d*)$/.test(text) ? Number(text) : Number.NaN;
      return value >= min && value <= max ? value : undefined;
    },
  };
}

export function boolean(defaultValue: boolean, about: About): Variable<boolean> {
  return {
    ...about,
    type: 'boolean',
    default: defaultValue,
    allowed: 'true or false',
    parse: (text) => {
      const word = text.toLowerCase();
      return word === 'true' ? true : word === 'false' ? false : undefined;
    },
  };
}

/** @param aliases other spellings, each with the choice that it means */
export function choice<const T extends string>(
  choices: readonly T[],
  defaultValue: NoInfer<T>,
  about: About,
  aliases: Readonly<Record<string, NoInfer<T>>> = {},
): Variable<T> {
  const words = new Map<string, T>([
    ...choices.map((word) => [word, word] as const),
    ...Object.entries(aliases),
  ]);
  return {
    ...about,
    type: 'one of',
    default: defaultValue,
    allowed: [...words.keys()].join(', '),
    parse: (text) => words.get(text),
  };
}

/** Printable text on one line, at most 255 characters. */
export function label(defaultValue: string, about: About): Variable<string> {
  return {
    ...about,
    type: 'text',
    default: defaultValue,
    allowed: 'printable characters, at most 255',
    parse: (text) => (isPrintable(text) && text.length <= 255 ? text : undefined),
  };
}

/** Text that travels in a header of the store. */
export function headerText(about: About): Variable<string | undefined> {
  return {
    ...about,
    type: 'text',
    default: undefined,
    allowed: 'visible ASCII characters without spaces',
    parse: (text) => (VISIBLE_ASCII.test(text) ? text : undefined),
  };
}

export function actionName(defaultValue: string, about: About): Variable<string> {
  return {
    ...about,
    type: 'text',
    default: defaultValue,
    allowed: 'a letter, then letters, digits, ".", "_", ":" and "-", at most 64 characters',
    parse: (text) => (/^[a-z][\w.:-]{0,63}$/i.test(text) ? text : undefined),
  };
}

export function hostName(defaultValue: string, about: About): Variable<string> {
  return {
    ...about,
    type: 'text',
    default: defaultValue,
    allowed: 'an IP address or a host name, without a port',
    parse: (text) => (HOST_NAME.test(text) || isIPv6(text) ? text : undefined),
  };
}

export function httpOrigin(about: About): Variable<string | undefined> {
  return {
    ...about,
    type: 'URL',
    default: undefined,
    allowed: 'an http or https URL of scheme, host and port only (no user, path, query or fragment)',
    parse: parseOrigin,
  };
}

export function mountList(defaultValue: readonly string[], about: About): Variable<readonly string[]> {
  return {
    ...about,
    type: 'list',
    default: defaultValue,
    allowed:
      'mount names separated by commas: printable, in Unicode normalization form C, without "/", ":", ";"',
    parse: (text) => {
      const mounts = text.split(',').map((name) => name.trim());
      return mounts.every(isMountName) ? [...new Set(mounts)] : undefined;
    },
  };
}

export function filePath(defaultValue: string, about: About): Variable<string> {
  return {
    ...about,
    type: 'path',
    default: resolve(defaultValue),
    defaultNote: defaultValue,
    allowed: 'the path of a file',
    parse: (text) => (text.includes('\0') || text.endsWith('/') ? undefined : resolve(text)),
  };
}

/** The variable holds a path, the value is the PEM text of that file. */
export function certificateFile(about: About): Variable<string | undefined> {
  return {
    ...about,
    type: 'path',
    default: undefined,
    allowed: 'the path of a readable file with certificates in PEM form',
    parse: (path) => {
      try {
        const pem = readFileSync(path, 'utf8');
        const certificates = pem.match(PEM_CERTIFICATE);
        certificates?.forEach((text) => new X509Certificate(text));
        return certificates === null ? undefined : pem;
      } catch {
        return undefined;
      }
    },
  };
}

/** A secret that travels in a header or body of the store. */
export function credential(about: About): Variable<Sealed<string> | undefined> {
  return {
    ...about,
    type: 'secret',
    default: undefined,
    allowed: 'visible ASCII characters without spaces',
    parse: (text) => (VISIBLE_ASCII.test(text) ? new Sealed(text) : undefined),
  };
}

export function secretText(about: About): Variable<Sealed<string> | undefined> {
  return {
    ...about,
    type: 'secret',
    default: undefined,
    allowed: 'any text',
    parse: (text) => new Sealed(text),
  };
}

/** WHATWG parsing repairs blanks, backslashes and missing slashes, so the outline is checked before. */
function parseOrigin(text: string): string | undefined {
  if (!/^https?:\/\/[^\s/\\?#@]+\/?$/i.test(text) || !URL.canParse(text)) return undefined;
  return new URL(text).origin;
}

/** ":" and ";" are kept for lists of several tenants. */
function isMountName(name: string): boolean {
  if (name === '' || /[:;/]/.test(name)) return false;
  try {
    return SecretUri.parse(`yaml://${encodeSegment(name)}/x`).mount === name;
  } catch {
    return false;
  }
}
