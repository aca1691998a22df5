import { isIPv6 } from 'node:net';
import { encodeSegment, isPrintable } from '../secrets/percent-encoding.js';
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

/** An address of another service, kept as it was written: an issuer is compared character by character. */
export function serviceUrl(may: { readonly query: boolean }, about: About): Variable<string | undefined> {
  const outline = may.query ? /^https?:\/\/[^\s\\?#@]+(?:\?[^\s\\#]*)?$/i : /^https?:\/\/[^\s\\?#@]+$/i;
  return {
    ...about,
    type: 'URL',
    default: undefined,
    allowed: `an http or https URL without user${may.query ? '' : ', query'} and fragment`,
    parse: (text) => (outline.test(text) && URL.canParse(text) ? text : undefined),
  };
}

/** The mounts of one tenant, or those of several by the name of each. */
export type MountTable = readonly string[] | ReadonlyMap<string, readonly string[]>;

export function mountTable(defaultValue: readonly string[], about: About): Variable<MountTable> {
  return {
    ...about,
    type: 'list',
    default: defaultValue,
    allowed:
      'mount names separated by commas: printable, in Unicode normalization form C, without "/", ":", ";"; or such lists of several tenants as tenant:mount,mount;tenant:mount',
    parse: (text) => (/[:;]/.test(text) ? parseTenants(text) : parseMounts(text)),
  };
}

/** A tenant's name may hold a colon, a mount's may not: the last one parts them. */
function parseTenants(text: string): MountTable | undefined {
  const table = new Map<string, readonly string[]>();
  for (const part of text.split(';')) {
    const end = part.lastIndexOf(':');
    const tenant = part.slice(0, Math.max(end, 0)).trim();
    const mounts = parseMounts(part.slice(end + 1));
    if (tenant === '' || !isPrintable(tenant) || mounts === undefined || table.has(tenant)) return undefined;
    table.set(tenant, mounts);
  }
  return table;
}

function parseMounts(text: string): readonly string[] | undefined {
  const mounts = text.split(',').map((name) => name.trim());
  return mounts.every(isMountName) ? [...new Set(mounts)] : undefined;
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
