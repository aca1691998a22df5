import type { Request } from 'express';
import { SecretError } from '../secrets/secret.errors.js';
import type { Credential } from './credential.js';

/** RFC 9110 11.4: a scheme, and for a token one or more spaces and a token68 without anything behind it. */
const AUTHORIZATION = /^([\w!#$%&'*+.^`|~-]+)(?: +([\w.~+/-]+=*))?$/;
const AUTHORIZATION_NAME = 'authorization';
const SCHEME = /^([\w!#$%&'*+.^`|~-]+)(?: |$)/;
const SCHEMES: Readonly<Record<string, 'Bearer' | 'DPoP'>> = { bearer: 'Bearer', dpop: 'DPoP' };
/** RFC 6265 4.1.1, of a token: the value as it is, or in double quotes. */
const COOKIE_TOKEN = /^(?:"([\w.~+/-]+=*)"|([\w.~+/-]+=*))$/;

/** The parts of a request that credentials stand in. */
export type CredentialSource = Pick<Request, 'headers' | 'rawHeaders' | 'url'>;

/**
 * Reads the one access token of a request (RFC 6750 2: one way, once).
 * @param sessionCookie name of the cookie that may carry one
 * @throws SecretError INVALID_REQUEST for a token in the query, two credentials, a repeated or malformed one;
 *   UNAUTHENTICATED for another scheme
 */
export function findCredential(
  { headers, rawHeaders, url }: CredentialSource,
  sessionCookie: string | undefined,
): Credential | undefined {
  if (hasTokenInQuery(url)) throw refusal('An access token must not stand in the query.');
  if (countAuthorization(rawHeaders) > 1) throw refusal('The header Authorization is repeated.');
  const cookie = sessionCookie === undefined ? undefined : findCookie(headers.cookie, sessionCookie);
  if (headers.authorization === undefined) return cookie;
  if (cookie !== undefined) throw refusal('Both Authorization and the session cookie carry a credential.');
  return parseAuthorization(headers.authorization);
}

/** A parameter whose name is, or in some encoding could be, that of a token. */
const SUSPECT = /[?&](?:access_token|[^=&]*[%+])/;

function hasTokenInQuery(url: string): boolean {
  // Nearly no query has such a name, and parsing each of them whole costs more than all else here.
  if (!SUSPECT.test(url)) return false;
  return new URLSearchParams(url.slice(url.indexOf('?'))).has('access_token');
}

/** Node keeps only the first of a repeated Authorization in `headers`. */
function countAuthorization(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === AUTHORIZATION_NAME.length && name.toLowerCase() === AUTHORIZATION_NAME) count += 1;
  }
  return count;
}

function parseAuthorization(header: string): Credential {
  const name = SCHEME.exec(header)?.[1];
  if (name === undefined) throw refusal('The header Authorization is malformed.');
  const scheme = Object.hasOwn(SCHEMES, name.toLowerCase()) ? SCHEMES[name.toLowerCase()] : undefined;
  if (scheme === undefined) {
    throw new SecretError(
      'UNAUTHENTICATED',
      'The scheme of Authorization is not one that the service knows.',
    );
  }
  const token = AUTHORIZATION.exec(header)?.[2];
  if (token === undefined) throw refusal(`${scheme} has to be followed by one token.`);
  return { scheme, token };
}

/** An empty cookie is one that was taken away. */
function findCookie(header: string | undefined, name: string): Credential | undefined {
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  const [value] = values;
  if (values.length > 1) throw refusal('The session cookie is repeated.');
  if (value === undefined || value === '') return undefined;
  const [, quoted, bare] = COOKIE_TOKEN.exec(value) ?? [];
  const token = quoted ?? bare;
  if (token === undefined) throw refusal('The session cookie holds no token.');
  return { scheme: 'session', token };
}

function refusal(detail: string): SecretError {
  return new SecretError('INVALID_REQUEST', detail);
}
