import { createHmac } from 'node:crypto';
import { exportJWK, exportSPKI, generateKeyPair, importJWK, SignJWT } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import type { IssuerKey, TestIssuer } from './test-issuer.js';

/** Numbers from 0 to 1 that a seed repeats (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What forgeries are made of: one good token, and what an attacker can know or make. */
export interface ForgeryParts {
  readonly token: string;
  readonly otherToken: string;
  readonly issuerUrl: string;
  readonly publicJwk: JWK;
  readonly publicPem: string;
  readonly ownKey: CryptoKey;
  readonly ownJwk: JWK;
  readonly issuer: TestIssuer;
  readonly issuerKey: IssuerKey;
}

export type Random = () => number;
export type Forgery = (parts: ForgeryParts, random: Random) => string | Promise<string>;

export async function forgeryParts(issuer: TestIssuer): Promise<ForgeryParts> {
  const [issuerKey] = issuer.keys;
  if (issuerKey === undefined) throw new Error('the issuer has no key');
  const own = await generateKeyPair('ES256', { extractable: true });
  const publicKey = (await importJWK(issuerKey.publicJwk, issuerKey.alg, { extractable: true })) as CryptoKey;
  return {
    token: await issuer.sign({ sub: 'victim' }, {}, issuerKey),
    otherToken: await issuer.sign({ sub: 'somebody', scope: '' }, {}, issuerKey),
    issuerUrl: issuer.url,
    publicJwk: issuerKey.publicJwk,
    publicPem: await exportSPKI(publicKey),
    ownKey: own.privateKey,
    ownJwk: await exportJWK(own.publicKey),
    issuer,
    issuerKey,
  };
}

export const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
export const pick = <T>(random: Random, list: readonly T[]): T =>
  list[Math.floor(random() * list.length)] as T;
export const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
export const decode = (part: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
export const partsOf = (token: string): [string, string, string] =>
  token.split('.') as [string, string, string];
export const at = (random: Random, text: string): number => Math.floor(random() * text.length);

export function withPart(token: string, index: number, change: (part: string) => string): string {
  return partsOf(token)
    .map((part, place) => (place === index ? change(part) : part))
    .join('.');
}

/** A token of the attacker's own key, under a header of choice. */
export function signOwn(
  { ownKey, issuer }: ForgeryParts,
  header: object,
  claims: object = {},
): Promise<string> {
  return new SignJWT({ ...issuer.claims(), sub: 'root', ...claims })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', ...header })
    .sign(ownKey);
}

/** HS256 with what everybody can know of the issuer's key. */
export function signShared({ issuer }: ForgeryParts, secret: string | Buffer, header: object): string {
  const input = `${encode({ alg: 'HS256', typ: 'at+jwt', ...header })}.${encode({ ...issuer.claims(), sub: 'root' })}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}
