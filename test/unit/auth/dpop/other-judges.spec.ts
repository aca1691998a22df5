import { randomUUID } from 'node:crypto';
import * as dpop from 'dpop';
import * as oauth from 'oauth4webapi';
import { TestIssuer } from '../../../support/oidc-provider/test-issuer.js';
import { HTU, ORIGIN, PATH, ProofBench } from './proof-bench.js';
import { ProofKey } from './proof-key.js';

const NOW = (): number => Math.floor(Date.now() / 1_000);

describe('proofs of the library dpop', () => {
  it.each(['ES256', 'RS256', 'PS256', 'Ed25519'] as const)('are accepted under %s', async (algorithm) => {
    const pair = await dpop.generateKeyPair(algorithm);
    const bench = new ProofBench();
    Object.assign(bench.key, { jkt: await dpop.calculateThumbprint(pair.publicKey) });
    const proof = await dpop.generateProof(pair, HTU, 'GET', undefined, bench.accessToken);
    expect(await bench.judge(proof)).toBe('accepted');
    const withNonce = await dpop.generateProof(pair, HTU, 'GET', 'of another', bench.accessToken, {
      extra: 1,
    });
    expect(await bench.judge(withNonce)).toBe('accepted');
    expect(await bench.judge(await dpop.generateProof(pair, HTU, 'GET'))).toMatch(/^401 .*claim ath/);
    expect(
      await bench.judge(await dpop.generateProof(pair, HTU, 'PUT', undefined, bench.accessToken)),
    ).toMatch(/htm/);
  });
});

describe('the verdicts of oauth4webapi', () => {
  let issuer: TestIssuer;
  let accessToken: string;
  const bench = new ProofBench();

  beforeAll(async () => {
    issuer = await TestIssuer.start();
    accessToken = await issuer.sign({ cnf: { jkt: bench.key.jkt } });
    Object.assign(bench, { accessToken });
  });
  afterAll(() => issuer.close());

  /** What that library says of the very same request. */
  const askLibrary = async (proof: string, htu: string): Promise<'accepted' | 'refused'> => {
    const server = { issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` };
    const request = new Request(htu, { headers: { Authorization: `DPoP ${accessToken}`, DPoP: proof } });
    const options = { requireDPoP: true, [oauth.allowInsecureRequests]: true };
    try {
      await oauth.validateJwtAccessToken(server, request, 'crud.secrets', options);
      return 'accepted';
    } catch (error) {
      // A key that does not fit its algorithm fails in the Web Crypto API.
      const refusals = [oauth.OperationProcessingError, oauth.UnsupportedOperationError, DOMException];
      if (refusals.some((kind) => error instanceof kind)) return 'refused';
      throw error;
    }
  };

  const prove = (header: Record<string, unknown> = {}, claims: Record<string, unknown> = {}): string =>
    bench.prove(header, { jti: randomUUID(), ...claims });
  const [header = '', claims = ''] = new ProofKey()
    .prove({ htm: 'GET', htu: HTU, accessToken: 'x' })
    .split('.')
    .map((part) => Buffer.from(part, 'base64url').toString());

  const cases: readonly (readonly [string, 'accepted' | 'refused', () => string])[] = [
    ['a right one', 'accepted', () => prove()],
    ['one with a nonce', 'accepted', () => prove({}, { nonce: 'x' })],
    ['one with more claims', 'accepted', () => prove({}, { more: [1] })],
    [
      'an htu in capitals',
      'accepted',
      () => prove({}, { htu: HTU.replace('https://secrets', 'HTTPS://SECRETS') }),
    ],
    ['an htu with the default port', 'accepted', () => prove({}, { htu: `${ORIGIN}:443${PATH}` })],
    ['an htu with a query', 'accepted', () => prove({}, { htu: `${HTU}?uri=x#y` })],
    ['an htu with dots', 'accepted', () => prove({}, { htu: `${ORIGIN}/x/..${PATH}` })],
    ['an htu of http', 'refused', () => prove({}, { htu: HTU.replace('https', 'http') })],
    ['an htu elsewhere', 'refused', () => prove({}, { htu: `${ORIGIN}/api/secrets` })],
    ['an htu that is a number', 'refused', () => prove({}, { htu: 1 })],
    ['another htm', 'refused', () => prove({}, { htm: 'POST' })],
    ['an htm in small letters', 'refused', () => prove({}, { htm: 'get' })],
    ['no htm', 'refused', () => prove({}, { htm: undefined })],
    ['no htu', 'refused', () => prove({}, { htu: undefined })],
    ['no jti', 'refused', () => prove({}, { jti: undefined })],
    ['no iat', 'refused', () => prove({}, { iat: undefined })],
    ['no ath', 'refused', () => prove({}, { ath: undefined })],
    ['a jti that is a number', 'refused', () => prove({}, { jti: 1 })],
    ['an iat that is text', 'refused', () => prove({}, { iat: String(NOW()) })],
    ['an old iat', 'refused', () => prove({}, { iat: NOW() - 400 })],
    ['an iat to come', 'refused', () => prove({}, { iat: NOW() + 400 })],
    [
      'the ath of another token',
      'refused',
      () => prove({}, { ath: '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU' }),
    ],
    ['another typ', 'refused', () => prove({ typ: 'JWT' })],
    ['no typ', 'refused', () => prove({ typ: undefined })],
    ['alg none', 'refused', () => prove({ alg: 'none' })],
    ['alg HS256', 'refused', () => prove({ alg: 'HS256' })],
    ['an alg that does not fit', 'refused', () => prove({ alg: 'RS256' })],
    ['an extension', 'refused', () => prove({ crit: ['x'], x: 1 })],
    ['no jwk', 'refused', () => prove({ jwk: undefined })],
    ['a jwk that is text', 'refused', () => prove({ jwk: 'x' })],
    ['the jwk of another key', 'refused', () => prove({ jwk: new ProofKey().jwk })],
    ['another key altogether', 'refused', () => new ProofKey().prove({ htm: 'GET', htu: HTU, accessToken })],
    ['a forged signature', 'refused', () => prove().replace(/\.[^.]*$/, `.${'A'.repeat(86)}`)],
    ['two parts', 'refused', () => `${header}.${claims}`],
    ['words', 'refused', () => 'words'],
  ];

  it.each(cases)('are ours: %s is %s', async (_what, expected, make) => {
    const proof = make();
    const ours = (await bench.judge(proof)) === 'accepted' ? 'accepted' : 'refused';
    expect([ours, await askLibrary(proof, `${HTU}?uri=yaml`)]).toEqual([expected, expected]);
  });

  /** That library looks at one request alone, and is more patient. */
  const stricter: readonly (readonly [string, () => string])[] = [
    ['made two minutes ago', () => prove({}, { iat: NOW() - 120 })],
    ['to be made in two minutes', () => prove({}, { iat: NOW() + 120 })],
    ['with a media type in full', () => prove({ typ: 'application/dpop+jwt' })],
    ['used before', () => usedProof],
  ];
  let usedProof = '';

  it.each(stricter)('are milder than ours on a proof %s', async (_what, make) => {
    usedProof = prove();
    expect(await bench.judge(usedProof)).toBe('accepted');
    const proof = make();
    expect(await askLibrary(proof, HTU)).toBe('accepted');
    expect(await bench.judge(proof)).toMatch(/^401 /);
  });
});
