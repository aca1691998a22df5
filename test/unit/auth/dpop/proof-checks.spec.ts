import { createHmac } from 'node:crypto';
import { encode, ProofKey, thumbprint } from './proof-key.js';
import type { TestAlgorithm } from './proof-key.js';
import { HTU, ORIGIN, PATH, ProofBench } from './proof-bench.js';

const NOW = (): number => Math.floor(Date.now() / 1_000);
const INVALID = /^401 invalid_dpop_proof: /;

describe('a proof that is right', () => {
  it.each<TestAlgorithm>(['ES256', 'ES384', 'ES512', 'PS256', 'RS256', 'EdDSA', 'Ed25519'])(
    'is accepted once under %s',
    async (algorithm) => {
      const bench = new ProofBench(new ProofKey(algorithm));
      const proof = bench.prove();
      expect(await bench.judge(proof)).toBe('accepted');
      expect(await bench.judge(proof)).toBe('401 invalid_dpop_proof: The DPoP proof was used before (jti).');
    },
  );

  it('is used up by whoever comes first of many at once', async () => {
    const bench = new ProofBench();
    const proof = bench.prove();
    const verdicts = await Promise.all(Array.from({ length: 50 }, () => bench.judge(proof)));
    expect(verdicts.filter((verdict) => verdict === 'accepted')).toHaveLength(1);
  });

  it('is not the same as one of another key with the same jti', async () => {
    const bench = new ProofBench();
    const other = new ProofBench();
    Object.assign(other, { verifier: bench.verifier });
    expect(await bench.judge(bench.prove({}, { jti: 'same' }))).toBe('accepted');
    expect(await other.judge(other.prove({}, { jti: 'same' }))).toBe('accepted');
  });

  it('uses its jti up for every other request too', async () => {
    const bench = new ProofBench();
    expect(await bench.judge(bench.prove({}, { jti: 'same' }))).toBe('accepted');
    const second = bench.prove({}, { jti: 'same', htm: 'DELETE' });
    expect(await bench.judge(second, { method: 'DELETE' })).toMatch(/used before/);
  });

  it('does not use its jti up when it is refused', async () => {
    const bench = new ProofBench();
    expect(await bench.judge(bench.prove({}, { jti: 'same', htm: 'POST' }))).toMatch(INVALID);
    expect(await bench.judge(bench.prove({}, { jti: 'same' }))).toBe('accepted');
  });

  it.each([
    ['the nonce of another server', {}, { nonce: 'eyJ7S_zG.eyJH0-Z.HX4w-7v' }],
    ['claims and parameters that nobody knows', { kid: '1' }, { aud: 'x', extra: [1] }],
    ['a key with more to say of itself', { jwk: 'own' }, {}],
    ['fractions of a second', {}, { iat: NOW() + 0.5 }],
  ])('may hold %s', async (_what, header, claims) => {
    const bench = new ProofBench();
    const jwk = { ...bench.key.jwk, use: 'sig', kid: 'mine', alg: 'ES256' };
    expect(await bench.judge(bench.prove('jwk' in header ? { jwk } : header, claims))).toBe('accepted');
  });
});

describe('RFC 9449 4.3: a proof is refused', () => {
  const bench = new ProofBench();
  const prove = bench.prove.bind(bench);
  const refuses = async (proof: string | readonly string[], reason: RegExp): Promise<void> => {
    const verdict = await bench.judge(proof);
    expect(verdict).toMatch(INVALID);
    expect(verdict).toMatch(reason);
  };

  describe('check 1: not one header', () => {
    it('none', () => refuses([], /no DPoP proof/));
    it('an empty one', () => refuses([''], /no DPoP proof/));
    it('two different ones', () => refuses([prove(), prove()], /repeated/));
    it('the same one twice', async () => {
      const proof = prove();
      await refuses([proof, proof], /repeated/);
    });
    it('two in one line', () => refuses(`${prove()}, ${prove()}`, /not one signed JWT/));
    it('two, of which only the first is there by name', async () => {
      const [one, two] = [prove(), prove()];
      const rawHeaders = ['dpop', one, 'DPOP', two];
      expect(await bench.judge(one, { rawHeaders })).toMatch(/repeated/);
    });
  });

  describe('check 2: not a well-formed JWT', () => {
    const [header = '', payload = '', signature = ''] = prove().split('.');
    it.each([
      ['words', 'a proof'],
      ['two parts', `${header}.${payload}`],
      ['four parts', `${header}.${payload}.${signature}.`],
      ['no signature', `${header}.${payload}.`],
      ['a space', `${header}. ${payload}.${signature}`],
      ['padding', `${header}.${payload}=.${signature}`],
      ['the letters of base64', `${header}.${payload}.${signature.replace(/.$/, '+')}`],
      ['JSON serialization', JSON.stringify({ payload, protected: header, signature })],
      ['9,000 characters', prove({}, { extra: 'x'.repeat(9_000) })],
      ['a header that is no JSON', bench.key.sign('{', '{}')],
      ['a header that is a list', bench.key.sign('[]', '{}')],
      ['claims that are text', bench.key.sign(readPart(header), '"claims"')],
      [
        'claims that are no UTF-8',
        bench.key.sign(readPart(header), Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])),
      ],
      ['claims in 600 levels', bench.key.sign(readPart(header), '['.repeat(600) + ']'.repeat(600))],
    ])('%s', (_what, proof) => refuses(proof, /not one signed JWT|not one well-formed JSON object/));

    it.each(['jti', 'htm', 'htu', 'iat', 'ath'])('claim %s twice', async (name) => {
      const [own = '', claims = ''] = prove().split('.').map(readPart);
      const twice = claims.replace('{', `{"${name}":"other",`);
      await refuses(bench.key.sign(own, twice), /not one well-formed JSON object/);
    });

    it('other bits at the end of the signature', async () => {
      const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
      const proof = prove();
      const last = letters.indexOf(proof.at(-1) ?? '');
      const same = [1, 2, 3].map(
        (bits) => `${proof.slice(0, -1)}${letters[(last & ~3) | ((last + bits) & 3)]}`,
      );
      for (const text of same) {
        expect(Buffer.from(text.split('.')[2] ?? '', 'base64url')).toEqual(
          Buffer.from(proof.split('.')[2] ?? '', 'base64url'),
        );
        await refuses(text, /not one signed JWT/);
      }
    });
  });

  describe('check 3: a claim is missing or malformed', () => {
    const values: readonly unknown[] = [undefined, null, '', 1, true, [], ['x'], {}];
    const cases = ['jti', 'htm', 'htu', 'ath'].flatMap((name) =>
      values.map((value) => [name, value] as const),
    );
    it.each(cases)('%s: %j', (name, value) => refuses(prove({}, { [name]: value }), /missing or malformed/));
    it.each([undefined, null, '', String(NOW()), true, [NOW()], {}])('iat: %j', (iat) =>
      refuses(prove({}, { iat }), /iat of the DPoP proof is missing or malformed/),
    );
    it('iat: 1e999', async () => {
      const [header = '', claims = ''] = prove().split('.').map(readPart);
      await refuses(bench.key.sign(header, claims.replace(/"iat":\d+/, '"iat":1e999')), /iat/);
    });
  });

  describe('check 4: of another type', () => {
    it.each([
      undefined,
      null,
      '',
      'JWT',
      'at+jwt',
      'dpop',
      'dpop+jwt ',
      'application/dpop+jwt',
      'DPoP+JWT',
      ['dpop+jwt'],
    ])('%j', (typ) => refuses(prove({ typ }), /type \(typ\)/));
  });

  describe('check 5: not of an asymmetric algorithm that is accepted', () => {
    it.each([
      undefined,
      null,
      '',
      'none',
      'None',
      'HS256',
      'HS512',
      'RS1',
      'ES256K',
      'es256',
      'RS384',
      'dir',
      ['ES256'],
    ])('%j', (alg) => refuses(prove({ alg }), /algorithm \(alg\)/));
    it('none, with an empty signature', async () => {
      const [, claims = ''] = prove().split('.');
      await refuses(`${encode('{"alg":"none","typ":"dpop+jwt"}')}.${claims}.`, /not one signed JWT/);
    });
    it('HS256 with the public key as the secret', async () => {
      const [, claims = ''] = prove().split('.');
      const header = encode(JSON.stringify({ typ: 'dpop+jwt', alg: 'HS256', jwk: bench.key.jwk }));
      const signature = createHmac('sha256', JSON.stringify(bench.key.jwk)).update(`${header}.${claims}`);
      await refuses(`${header}.${claims}.${signature.digest('base64url')}`, /algorithm \(alg\)/);
    });
    it.each([
      ['an extension', { crit: ['exp'], exp: 1 }],
      ['an empty list of extensions', { crit: [] }],
      ['an unencoded payload', { crit: ['b64'], b64: false }],
    ])('demanding %s', (_what, header) => refuses(prove(header), /extension \(crit\)/));
  });

  describe('check 6: not signed with its key', () => {
    const other = new ProofKey();
    const [header = '', payload = ''] = prove().split('.');
    it('by another key', async () => {
      await refuses(other.sign(readPart(header), readPart(payload)), /signature/);
    });
    it.each([
      ['zeros', Buffer.alloc(64)],
      ['63 bytes', Buffer.alloc(63, 1)],
      ['65 bytes', Buffer.alloc(65, 1)],
      ['one byte', Buffer.alloc(1, 1)],
    ])('but with %s', (_what, bytes) => refuses(`${header}.${payload}.${encode(bytes)}`, /signature/));
    it('but with the signature of another proof', async () => {
      const [, , signature = ''] = prove().split('.');
      await refuses(`${header}.${payload}.${signature}`, /signature/);
    });
    it('under an algorithm that does not fit the key', () => refuses(prove({ alg: 'ES384' }), /signature/));
    it('but in the DER form of ECDSA', async () => {
      const [, , signature = ''] = prove().split('.');
      const raw = Buffer.from(signature, 'base64url');
      const integer = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from([2, 33, 0]), bytes]);
      const body = Buffer.concat([integer(raw.subarray(0, 32)), integer(raw.subarray(32))]);
      const der = Buffer.concat([Buffer.from([0x30, body.length]), body]);
      await refuses(`${header}.${payload}.${encode(der)}`, /signature/);
    });
    it('over an RSA key of 1,024 bits', async () => {
      const n = encode(Buffer.alloc(128, 0xc5));
      const weak = { kty: 'RSA', n, e: 'AQAB' };
      const victim = new ProofBench();
      Object.assign(victim, {
        key: Object.assign(new ProofKey('RS256'), { jwk: weak, jkt: thumbprint(weak) }),
      });
      expect(await victim.judge(victim.prove())).toMatch(/^401 invalid_dpop_proof: The signature/);
    });
    it('over a point that is not on the curve', async () => {
      const odd = { ...bench.key.jwk, y: bench.key.jwk['x'] };
      const victim = new ProofBench();
      Object.assign(victim.key, { jwk: odd, jkt: thumbprint(odd) });
      expect(await victim.judge(victim.prove())).toMatch(/^401 invalid_dpop_proof: The signature/);
    });
  });

  describe('check 7: its key is not a public one', () => {
    it('the private key', () => refuses(prove({ jwk: bench.key.privateJwk }), /not a public one/));
    it.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'])('with %s', (name) =>
      refuses(prove({ jwk: { ...bench.key.jwk, [name]: 'AA' } }), /not a public one/),
    );
    it('a private RSA key', async () => {
      const rsa = new ProofBench(new ProofKey('RS256'));
      const { d: _d, ...rest } = rsa.key.privateJwk;
      expect(await rsa.judge(rsa.prove({ jwk: rest }))).toMatch(
        /^401 invalid_dpop_proof: .*not a public one/,
      );
    });
    it.each([
      ['none', undefined],
      ['null', null],
      ['text', 'key'],
      ['a list', [bench.key.jwk]],
      ['a shared key', { kty: 'oct', k: 'AAAA' }],
      ['a shared key without its bytes', { kty: 'oct' }],
      ['one of an unknown kind', { ...bench.key.jwk, kty: 'AKP' }],
      ['one without its kind', { ...bench.key.jwk, kty: undefined }],
      ['one without a coordinate', { ...bench.key.jwk, y: undefined }],
      ['one with a number as its coordinate', { ...bench.key.jwk, x: 1 }],
      ['a reference', { jku: 'https://example.com/jwks.json' }],
    ])('%s', (_what, jwk) => refuses(prove({ jwk }), /jwk/));
  });

  describe('check 8: made for another method', () => {
    it.each(['POST', 'get', 'Get', 'GET ', 'HEAD', 'DELETE', '*'])('%s', (htm) =>
      refuses(prove({}, { htm }), /method \(htm\)/),
    );
    it('of a request that says so', async () => {
      expect(await bench.judge(prove(), { method: 'DELETE' })).toMatch(/method \(htm\)/);
    });
  });

  describe('check 9: made for another URI', () => {
    it.each([
      `http://secrets.example.com${PATH}`,
      `https://secrets.example.com:8443${PATH}`,
      `https://secrets.example.com:80${PATH}`,
      `https://other.example.com${PATH}`,
      `https://secrets.example.com.${PATH}`,
      `https://user@secrets.example.com${PATH}`,
      `https://secrets.example.com@evil.example${PATH}`,
      `https://secrets.example.com`,
      `${ORIGIN}/api/secrets`,
      `${HTU}/`,
      `${ORIGIN}/api//secrets/value`,
      `${ORIGIN}/API/secrets/value`,
      `${ORIGIN}/api%2Fsecrets/value`,
      `${ORIGIN}\\api\\secrets\\value`,
      ` ${HTU}`,
      `${HTU}\n`,
      `${HTU}%`,
      PATH,
      'x',
      `127.0.0.1:9100${PATH}`,
      `http://127.0.0.1:9100${PATH}`,
    ])('%s', (htu) => refuses(prove({}, { htu }), /URI \(htu\)/));
  });

  describe('check 10: with a nonce that is none', () => {
    it.each([1, '', null, [], {}, true])('%j', (nonce) => refuses(prove({}, { nonce }), /nonce/));
  });

  describe('check 11: not made just now', () => {
    it.each([-62, -300, -86_400])('%d s', (offset) => refuses(prove({}, { iat: NOW() + offset }), /too old/));
    it.each([7, 60, 3_600, 1e12])('+%d s', (offset) => refuses(prove({}, { iat: NOW() + offset }), /future/));
    it('0', () => refuses(prove({}, { iat: 0 }), /too old/));
    it('in milliseconds', () => refuses(prove({}, { iat: Date.now() }), /future/));
    it('but not within a minute', async () => {
      expect(await bench.judge(prove({}, { iat: NOW() - 57 }))).toBe('accepted');
      expect(await bench.judge(prove({}, { iat: NOW() + 4 }))).toBe('accepted');
    });
  });

  describe('check 12: made for another token', () => {
    const ath = (text: string): string => encode(new Uint8Array(Buffer.from(text)));
    it.each([
      ['of nothing', '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU'],
      ['in hexadecimal', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
      ['with padding', '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='],
      ['that is the token', ath('token')],
    ])('a hash %s', (_what, hash) => refuses(prove({}, { ath: hash }), /another access token \(ath\)/));
    it('a hash of another one', async () => {
      const other = bench.key.prove({ htm: 'GET', htu: HTU, accessToken: `${bench.accessToken}x` });
      await refuses(other, /another access token \(ath\)/);
    });

    it.each<TestAlgorithm>(['ES256', 'RS256', 'EdDSA'])('by another key (%s)', async (algorithm) => {
      const other = new ProofKey(algorithm);
      const proof = other.prove({ htm: 'GET', htu: HTU, accessToken: bench.accessToken });
      expect(await bench.judge(proof)).toBe(
        '401 invalid_token: The access token is bound to another key than that of the DPoP proof.',
      );
    });
    it('by the own key under the name of another', async () => {
      await expect(bench.judge(prove({ jwk: new ProofKey().jwk }))).resolves.toMatch(/^401 invalid_token: /);
    });
  });
});

function readPart(part: string): string {
  return Buffer.from(part, 'base64url').toString();
}
