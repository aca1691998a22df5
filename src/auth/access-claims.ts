import { isJsonObject, isRawNumber } from '../secrets/json.js';
import type { JsonObject, JsonValue } from '../secrets/json.js';
import { isPrintable } from '../secrets/percent-encoding.js';
import { SecretError } from '../secrets/secret.errors.js';
import type { AccessToken, Confirmation } from './access-token.js';

const THUMBPRINT = /^[\w-]{43}$/;
const MAX_NAME_BYTES = 512;

/**
 * Reads the claims of a token whose signature and issuer were verified. A claim that matters and has another shape
 * than its specification says refuses the whole token: what is not understood might have been a restriction.
 * @param tenantClaim name of the claim that carries the tenant
 * @throws SecretError INVALID_TOKEN
 */
export function parseClaims(claims: JsonObject, tenantClaim: string | undefined): AccessToken {
  const tenant = tenantClaim === undefined ? undefined : own(claims, tenantClaim);
  return {
    issuer: readName(claims, 'iss'),
    subject: readName(claims, 'sub'),
    clientId: findName(claims, 'client_id') ?? findName(claims, 'azp'),
    audience: own(claims, 'aud') === undefined ? undefined : readNames(claims, 'aud'),
    tokenId: findName(claims, 'jti'),
    scopes: new Set([...scopesOf(own(claims, 'scope')), ...scopesOf(own(claims, 'scp'))]),
    groups: readNames(claims, 'groups'),
    roles: readNames(claims, 'roles'),
    tenantId: typeof tenant === 'string' && tenant !== '' ? tenant : undefined,
    expiresAtSeconds: readTime(claims, 'exp'),
    notBeforeSeconds: findTime(claims, 'nbf'),
    issuedAtSeconds: findTime(claims, 'iat'),
    confirmation: parseConfirmation(own(claims, 'cnf')),
  };
}

/** `scope` is text with spaces (RFC 8693 4.2), `scp` of some issuers a list; what is neither gives no scope. */
function scopesOf(claim: JsonValue | undefined): readonly string[] {
  if (typeof claim === 'string') return claim.split(' ').filter((scope) => scope !== '');
  return Array.isArray(claim) ? claim.filter((scope) => typeof scope === 'string') : [];
}

/** RFC 7800 3.1: a confirmation that is not understood must not be passed over. */
function parseConfirmation(claim: JsonValue | undefined): Confirmation | undefined {
  if (claim === undefined) return undefined;
  if (!isJsonObject(claim)) throw refusal('cnf');
  const members = Object.entries(claim);
  const isKnown = ([name, value]: [string, unknown]): boolean =>
    (name === 'jkt' || name === 'x5t#S256') && typeof value === 'string' && THUMBPRINT.test(value);
  if (members.length === 0 || !members.every(isKnown)) throw refusal('cnf');
  const { jkt, 'x5t#S256': certificate } = claim as Record<string, string | undefined>;
  return { jkt, certificate };
}

function readName(claims: JsonObject, name: string): string {
  const value = findName(claims, name);
  if (value === undefined) throw refusal(name);
  return value;
}

function findName(claims: JsonObject, name: string): string | undefined {
  const value = own(claims, name);
  if (value === undefined || isName(value)) return value;
  throw refusal(name);
}

/** One name or a list of them; nothing is an empty list. */
function readNames(claims: JsonObject, name: string): readonly string[] {
  const value = own(claims, name);
  if (value === undefined) return [];
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (values.every(isName)) return values;
  throw refusal(name);
}

function readTime(claims: JsonObject, name: string): number {
  const seconds = findTime(claims, name);
  if (seconds === undefined) throw refusal(name);
  return seconds;
}

function findTime(claims: JsonObject, name: string): number | undefined {
  const value = own(claims, name);
  if (value === undefined) return undefined;
  const seconds = isRawNumber(value) ? Number(value.rawJSON) : value;
  // JSON has no infinity, but 1e999 is read as one: a token that never ends.
  if (typeof seconds === 'number' && Number.isFinite(seconds)) return seconds;
  throw refusal(name);
}

/** Names end in audit records and policies, so they are text for people, of a bounded length. */
function isName(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value !== '' &&
    Buffer.byteLength(value) <= MAX_NAME_BYTES &&
    isPrintable(value)
  );
}

function own(claims: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(claims, name) ? claims[name] : undefined;
}

function refusal(claim: string): SecretError {
  return new SecretError('INVALID_TOKEN', `The claim ${claim} of the access token is missing or malformed.`);
}
