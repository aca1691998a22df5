import { isIPv6 } from 'node:net';
import { encodeSegment } from '../secrets/percent-encoding.js';
import { SecretUri } from '../secrets/secret-uri.js';
import type { About, Variable } from './variable.js';

const HOST_NAME = /^(?=.{1,253}$)[a-z\d]([a-z\d-]*[a-z\d])?(\.[a-z\d]([a-z\d-]*[a-z\d])?)*$/i;

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
