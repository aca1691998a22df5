import type { JWTPayload } from 'jose';
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
export function parseClaims(claims: JWTPayload, tenantClaim: string | undefined): AccessToken {
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
    notBeforeSeconds: own(claims, 'nbf') === undefined ? undefined : readTime(claims, 'nbf'),
    confirmation: parseConfirmation(own(claims, 'cnf')),
  };
}

/** `scope` is text with spaces (RFC 8693 4.2), `scp` of some issuers a list; what is neither gives no scope. */
function scopesOf(claim: unknown): readonly string[] {
  if (typeof claim === 'string') return claim.split(' ').filter((scope) => scope !== '');
  return Array.isArray(claim) ? claim.filter((scope) => typeof scope === 'string') : [];
}

/** RFC 7800 3.1: a confirmation that is not understood must not be passed over. */
function parseConfirmation(claim: unknown): Confirmation | undefined {
  if (claim === undefined) return undefined;
  if (typeof claim !== 'object' || claim === null || Array.isArray(claim)) throw refusal('cnf');
  const members = Object.entries(claim);
  const isKnown = ([name, value]: [string, unknown]): boolean =>
    (name === 'jkt' || name === 'x5t#S256') && typeof value === 'string' && THUMBPRINT.test(value);
  if (members.length === 0 || !members.every(isKnown)) throw refusal('cnf');
  const { jkt, 'x5t#S256': certificate } = claim as Record<string, string | undefined>;
  return { jkt, certificate };
}

function readName(claims: JWTPayload, name: string): string {
  const value = findName(claims, name);
  if (value === undefined) throw refusal(name);
  return value;
}

function findName(claims: JWTPayload, name: string): string | undefined {
  const value = own(claims, name);
  if (value === undefined || isName(value)) return value;
  throw refusal(name);
}

/** One name or a list of them; nothing is an empty list. */
function readNames(claims: JWTPayload, name: string): readonly string[] {
  const value = own(claims, name);
  if (value === undefined) return [];
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (values.every(isName)) return values;
  throw refusal(name);
}

function readTime(claims: JWTPayload, name: string): number {
  const value = own(claims, name);
  // JSON has no infinity, but 1e999 is read as one: a token that never ends.
  if (typeof value === 'number' && Number.isFinite(value)) return value;
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

function own(claims: JWTPayload, name: string): unknown {
  return Object.hasOwn(claims, name) ? claims[name] : undefined;
}

function refusal(claim: string): SecretError {
  return new SecretError('INVALID_TOKEN', `The claim ${claim} of the access token is missing or malformed.`);
}
