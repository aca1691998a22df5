import { Sealed } from '../secrets/sealed.js';
import type { About, Variable } from './variable.js';

/** WHATWG parsing repairs missing slashes and blanks, so the outline is checked before. */
const OUTLINE = /^rediss?:\/\/(?:[^\s/\\?#@]*@)?[^\s/\\?#@]+(?:\/\d{0,5})?$/i;

/** A secret as a whole, since the address of a Redis may hold its password. */
export function redisUrl(about: About): Variable<Sealed<string> | undefined> {
  return {
    ...about,
    type: 'secret',
    default: undefined,
    allowed:
      'redis://host:port or rediss://host:port (TLS), with user:password@ (percent-encoded) before the host and /number of the database behind it where needed; no query',
    parse: (text) => (isRedisUrl(text) ? new Sealed(text) : undefined),
  };
}

/** The library takes settings from a query, which could switch protections off. */
function isRedisUrl(text: string): boolean {
  if (!OUTLINE.test(text) || !URL.canParse(text)) return false;
  const { hostname, username, password } = new URL(text);
  try {
    decodeURIComponent(username + password);
    return hostname !== '';
  } catch {
    return false;
  }
}
