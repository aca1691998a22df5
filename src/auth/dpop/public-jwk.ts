import { isJsonObject } from '../../secrets/json.js';
import type { JsonValue } from '../../secrets/json.js';
import { proofRefusal } from './proof-refusal.js';

/** The members that make up a public key (RFC 7638 3.2), and no others: what else a proof says of its key is left out. */
export type PublicJwk =
  | { readonly kty: 'EC'; readonly crv: string; readonly x: string; readonly y: string }
  | { readonly kty: 'OKP'; readonly crv: string; readonly x: string }
  | { readonly kty: 'RSA'; readonly e: string; readonly n: string };

/** RFC 7518 6.2.2, 6.3.2, 6.4.1: of a private or a shared key. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];

/**
 * Reads the `jwk` of a proof's header.
 * @throws SecretError INVALID_TOKEN where it is missing, not a public key, or holds the private one (check 7)
 */
export function parsePublicJwk(value: JsonValue | undefined): PublicJwk {
  if (!isJsonObject(value)) throw proofRefusal('The DPoP proof holds no key (jwk).');
  if (PRIVATE_MEMBERS.some((name) => Object.hasOwn(value, name))) {
    throw proofRefusal('The key (jwk) of the DPoP proof is not a public one only.');
  }
  const read = (name: string): string => {
    const text = Object.hasOwn(value, name) ? value[name] : undefined;
    if (typeof text === 'string' && text !== '') return text;
    throw proofRefusal('The key (jwk) of the DPoP proof is malformed.');
  };
  switch (read('kty')) {
    case 'EC':
      return { kty: 'EC', crv: read('crv'), x: read('x'), y: read('y') };
    case 'OKP':
      return { kty: 'OKP', crv: read('crv'), x: read('x') };
    case 'RSA':
      return { kty: 'RSA', e: read('e'), n: read('n') };
    default:
      throw proofRefusal('The key (jwk) of the DPoP proof is of a kind that is not accepted.');
  }
}
