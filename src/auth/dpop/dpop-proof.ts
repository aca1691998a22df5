import { hasDuplicateKeys, isJsonObject, isRawNumber, parseJson } from '../../secrets/json.js';
import type { JsonObject, JsonValue } from '../../secrets/json.js';
import { isProofAlgorithm } from './proof-algorithms.js';
import type { ProofAlgorithm } from './proof-algorithms.js';
import { parsePublicJwk } from './public-jwk.js';
import type { PublicJwk } from './public-jwk.js';
import { proofRefusal } from './proof-refusal.js';

/** What front servers let through in one header line. */
const MAX_PROOF_LENGTH = 8_192;
/** RFC 7515 7.1: three parts in base64url without padding. */
const COMPACT_JWS = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/;

/** What a proof says; nobody has checked yet who signed it, or whether it fits the request. */
export interface DpopProof {
  /** The JWS as it was sent. */
  readonly text: string;
  readonly algorithm: ProofAlgorithm;
  /** The key that must have signed it. */
  readonly jwk: PublicJwk;
  readonly tokenHash: string;
  readonly method: string;
  readonly targetUri: string;
  readonly issuedAtSeconds: number;
  readonly id: string;
}

/**
 * Reads the one value of a DPoP header: checks 2 to 5 and 7 of RFC 9449 4.3, and the form that the others need.
 * @throws SecretError INVALID_TOKEN, with the challenge of RFC 9449 7.1
 */
export function parseProof(text: string): DpopProof {
  const [, header = '', payload = '', signature = ''] = COMPACT_JWS.exec(text) ?? [];
  // Only the one way to write its bytes counts: with the bits that base64url leaves over, one proof has several texts.
  if (text.length > MAX_PROOF_LENGTH || ![header, payload, signature].every(isCanonical)) {
    throw proofRefusal(`The header DPoP is not one signed JWT of at most ${MAX_PROOF_LENGTH} characters.`);
  }
  return { text, ...readHeader(parsePart(header)), ...readClaims(parsePart(payload)) };
}

function isCanonical(part: string): boolean {
  return part !== '' && Buffer.from(part, 'base64url').toString('base64url') === part;
}

/** RFC 7515 4 and RFC 7519 4: a JSON object in UTF-8; of a member that stands twice nobody knows which is meant. */
function parsePart(part: string): JsonObject {
  try {
    const bytes = Buffer.from(part, 'base64url');
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const members = parseJson(text);
    if (isJsonObject(members) && !hasDuplicateKeys(text, members)) return members;
  } catch {
    // Told below: the reasons of the readers may quote what they read.
  }
  throw proofRefusal('The DPoP proof is not a JWT: a part of it is not one well-formed JSON object.');
}

function readHeader(header: JsonObject): Pick<DpopProof, 'algorithm' | 'jwk'> {
  if (own(header, 'typ') !== 'dpop+jwt')
    throw proofRefusal('The type (typ) of the DPoP proof is not dpop+jwt.');
  const algorithm = own(header, 'alg');
  if (!isProofAlgorithm(algorithm))
    throw proofRefusal('The algorithm (alg) of the DPoP proof is not accepted.');
  // RFC 7515 4.1.11: an extension that has to be understood, and none is.
  if (own(header, 'crit') !== undefined) throw proofRefusal('The DPoP proof demands an extension (crit).');
  return { algorithm, jwk: parsePublicJwk(own(header, 'jwk')) };
}

/** A `nonce` (check 10) is compared with nothing, since this service gives none; clients carry those of others. */
function readClaims(claims: JsonObject): Omit<DpopProof, 'text' | 'algorithm' | 'jwk'> {
  if (own(claims, 'nonce') !== undefined) readText(claims, 'nonce');
  return {
    id: readText(claims, 'jti'),
    method: readText(claims, 'htm'),
    targetUri: readText(claims, 'htu'),
    tokenHash: readText(claims, 'ath'),
    issuedAtSeconds: readTime(claims),
  };
}

function readText(claims: JsonObject, name: string): string {
  const value = own(claims, name);
  if (typeof value === 'string' && value !== '') return value;
  throw proofRefusal(`The claim ${name} of the DPoP proof is missing or malformed.`);
}

function readTime(claims: JsonObject): number {
  const value = own(claims, 'iat');
  const seconds = isRawNumber(value) ? Number(value.rawJSON) : value;
  if (typeof seconds === 'number' && Number.isFinite(seconds)) return seconds;
  throw proofRefusal('The claim iat of the DPoP proof is missing or malformed.');
}

function own(members: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(members, name) ? members[name] : undefined;
}
