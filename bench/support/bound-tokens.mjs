import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK } from 'jose';

const encode = (value) => Buffer.from(value).toString('base64url');
const digest = (value) => createHash('sha256').update(value).digest('base64url');

/** A caller with a token that is bound to its key (RFC 9449), and proofs of that key. */
export class DpopCaller {
  #privateKey;
  #header;
  #token;

  static async create(issuer, claims) {
    const caller = new DpopCaller();
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwk = await exportJWK(publicKey);
    caller.#privateKey = privateKey;
    caller.#header = encode(JSON.stringify({ typ: 'dpop+jwt', alg: 'ES256', jwk }));
    caller.#token = await issuer.sign({ ...claims, cnf: { jkt: await calculateJwkThumbprint(jwk) } });
    return caller;
  }

  /** Headers with a proof for one call. @param {string} target method and address without the query */
  headers(method, target) {
    const claims = { jti: randomUUID(), htm: method, htu: target, iat: Math.floor(Date.now() / 1_000) };
    const input = `${this.#header}.${encode(JSON.stringify({ ...claims, ath: digest(this.#token) }))}`;
    const signature = sign('sha256', Buffer.from(input), {
      key: this.#privateKey,
      dsaEncoding: 'ieee-p1363',
    });
    return { authorization: `DPoP ${this.#token}`, dpop: `${input}.${signature.toString('base64url')}` };
  }
}
