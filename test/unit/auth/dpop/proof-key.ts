import { constants, createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

type Members = Record<string, unknown>;

/** How each algorithm signs, by node:crypto: the service verifies by another library. */
const ALGORITHMS = {
  ES256: { hash: 'sha256', make: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }) },
  ES384: { hash: 'sha384', make: () => generateKeyPairSync('ec', { namedCurve: 'P-384' }) },
  ES512: { hash: 'sha512', make: () => generateKeyPairSync('ec', { namedCurve: 'P-521' }) },
  RS256: { hash: 'sha256', make: () => generateKeyPairSync('rsa', { modulusLength: 2048 }) },
  PS256: { hash: 'sha256', make: () => generateKeyPairSync('rsa', { modulusLength: 2048 }) },
  EdDSA: { hash: undefined, make: () => generateKeyPairSync('ed25519') },
  Ed25519: { hash: undefined, make: () => generateKeyPairSync('ed25519') },
} as const;

export type TestAlgorithm = keyof typeof ALGORITHMS;

/** Of RFC 7638 3.2, in its order. */
const THUMBPRINT_MEMBERS = { EC: ['crv', 'kty', 'x', 'y'], RSA: ['e', 'kty', 'n'], OKP: ['crv', 'kty', 'x'] };

/** A client's key, and whatever it is asked to sign. */
export class ProofKey {
  readonly jwk: Members;
  readonly privateJwk: Members;
  readonly jkt: string;
  private readonly privateKey: KeyObject;

  constructor(readonly algorithm: TestAlgorithm = 'ES256') {
    const { publicKey, privateKey } = ALGORITHMS[algorithm].make();
    this.privateKey = privateKey;
    this.jwk = publicKey.export({ format: 'jwk' });
    this.privateJwk = privateKey.export({ format: 'jwk' });
    this.jkt = thumbprint(this.jwk);
  }

  /** A proof that is right but for what is given; a member of undefined is left out. */
  prove(
    request: { htm: string; htu: string; accessToken: string },
    header: Members = {},
    claims: Members = {},
  ): string {
    const { htm, htu, accessToken } = request;
    const right = {
      jti: randomUUID(),
      htm,
      htu,
      iat: Math.floor(Date.now() / 1_000),
      ath: createHash('sha256').update(accessToken).digest('base64url'),
    };
    return this.sign(
      JSON.stringify({ typ: 'dpop+jwt', alg: this.algorithm, jwk: this.jwk, ...header }),
      JSON.stringify({ ...right, ...claims }),
    );
  }

  /** A JWS of these very bytes. */
  sign(header: string, payload: string | Uint8Array): string {
    const input = `${encode(header)}.${encode(payload)}`;
    const isPss = this.algorithm === 'PS256';
    const signature = sign(ALGORITHMS[this.algorithm].hash, Buffer.from(input), {
      key: this.privateKey,
      dsaEncoding: 'ieee-p1363',
      ...(isPss && { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
    });
    return `${input}.${signature.toString('base64url')}`;
  }
}

export function thumbprint(jwk: Members): string {
  const names = THUMBPRINT_MEMBERS[jwk['kty'] as keyof typeof THUMBPRINT_MEMBERS];
  const text = JSON.stringify(Object.fromEntries(names.map((name) => [name, jwk[name]])));
  return createHash('sha256').update(text).digest('base64url');
}

export function encode(text: string | Uint8Array): string {
  return Buffer.from(text).toString('base64url');
}
