import { isPrintable } from '../secrets/percent-encoding.js';
import type { About, Variable } from './variable.js';

/** Signature algorithms with a public key; with a shared one, whoever verifies could issue. */
export const ASYMMETRIC_ALGORITHMS = [
  'ES256',
  'ES384',
  'ES512',
  'PS256',
  'PS384',
  'PS512',
  'RS256',
  'RS384',
  'RS512',
  'EdDSA',
  'Ed25519',
] as const;

/** RFC 9110 5.6.2 */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;
/** RFC 7515 4.1.9: a media type, its `application/` left out or not. */
const MEDIA_TYPE = /^(?:[\w!#$&^.+-]+\/)?[\w!#$&^.+-]+$/;

export function wordList<const T extends string>(
  words: readonly T[],
  defaultValue: readonly NoInfer<T>[],
  about: About,
): Variable<readonly T[]> {
  const isWord = (text: string): text is T => words.some((word) => word === text);
  return {
    ...about,
    type: 'list',
    default: defaultValue,
    allowed: `some of ${words.join(', ')}, separated by commas`,
    parse: (text) => {
      const parts = splitList(text);
      return parts.every(isWord) ? [...new Set(parts)] : undefined;
    },
  };
}

/** In lower case. */
export function mediaTypeList(defaultValue: readonly string[], about: About): Variable<readonly string[]> {
  return {
    ...about,
    type: 'list',
    default: defaultValue,
    allowed: 'media types separated by commas, with or without "application/"',
    parse: (text) => {
      const types = splitList(text.toLowerCase());
      return types.every((type) => MEDIA_TYPE.test(type)) ? [...new Set(types)] : undefined;
    },
  };
}

export function cookieName(about: About): Variable<string | undefined> {
  return {
    ...about,
    type: 'text',
    default: undefined,
    allowed: "the name of a cookie: letters, digits and !#$%&'*+-.^_`|~",
    parse: (text) => (TOKEN.test(text) ? text : undefined),
  };
}

export function claimName(about: About): Variable<string | undefined> {
  return {
    ...about,
    type: 'text',
    default: undefined,
    allowed: 'the name of a claim on the top level of the token: printable characters, at most 255',
    parse: (text) => (isPrintable(text) && text.length <= 255 ? text : undefined),
  };
}

function splitList(text: string): readonly string[] {
  return text.split(',').map((part) => part.trim());
}
