import { CompactSign } from 'jose';
import type { JWTHeaderParameters } from 'jose';
import { TestIssuer } from '../../support/oidc-provider/test-issuer.js';
import type { IssuerKey, TokenClaims, TokenHeader } from '../../support/oidc-provider/test-issuer.js';
import { authParts, outcomeOf } from './auth-parts.js';
import type { AuthParts } from './auth-parts.js';

const DEFAULT_ALGORITHMS = ['ES256', 'ES384', 'PS256', 'RS256', 'EdDSA'];
const nowSeconds = (): number => Math.floor(Date.now() / 1_000);

describe('an access token', () => {
  let issuer: TestIssuer;
  let parts: AuthParts;

  beforeAll(async () => {
    issuer = await TestIssuer.start(['ES256', 'RS512', ...DEFAULT_ALGORITHMS]);
    parts = authParts(issuer.env);
    await parts.keys.refresh();
  });
  afterAll(() => issuer.close());

  const keyOf = (alg: string): IssuerKey => {
    const key = issuer.keys.find((one) => one.alg === alg);
    if (key === undefined) throw new Error(`no key of ${alg}`);
    return key;
  };
  const outcome = (claims: TokenClaims, header: TokenHeader = {}, { verifier } = parts): Promise<string> =>
    issuer.sign(claims, header).then((token) => outcomeOf(verifier.verify(token)));
  /** Signed text as it stands, for claims that no library would write. */
  const signText = (text: string | Uint8Array, header: JWTHeaderParameters): Promise<string> =>
    new CompactSign(typeof text === 'string' ? new TextEncoder().encode(text) : text)
      .setProtectedHeader(header)
      .sign(keyOf(header.alg).privateKey);

  it.each(DEFAULT_ALGORITHMS)('signed with %s is accepted', async (alg) => {
    const token = await parts.verifier.verify(await issuer.sign({}, {}, keyOf(alg)));
    expect(token).toMatchObject({ issuer: issuer.url, subject: 'user-1', clientId: 'client-1' });
  });

  it('signed with an algorithm that is not allowed is refused, though its key is published', async () => {
    const token = await issuer.sign({}, {}, keyOf('RS512'));
    expect(await outcomeOf(parts.verifier.verify(token))).toBe('INVALID_TOKEN');
    const lax = authParts({ ...issuer.env, JWT_ALGORITHMS: 'RS512' });
    expect(await outcomeOf(lax.verifier.verify(token))).toBe('accepted');
  });

  it('without kid is tried with every key of its algorithm', async () => {
    for (const key of issuer.keys.filter(({ alg }) => alg === 'ES256')) {
      expect(await outcomeOf(parts.verifier.verify(await issuer.sign({}, { kid: undefined }, key)))).toBe(
        'accepted',
      );
    }
    const stranger = await TestIssuer.start(['ES256']);
    const forged = await stranger.sign({ iss: issuer.url }, { kid: undefined });
    await stranger.close();
    expect(await outcomeOf(parts.verifier.verify(forged))).toBe('INVALID_TOKEN');
  });

  it.each(['at+jwt', 'AT+JWT', 'application/at+jwt', 'Application/AT+JWT', 'JWT', 'jwt'])(
    'of the type %s is accepted',
    async (typ) => {
      expect(await outcome({}, { typ })).toBe('accepted');
    },
  );

  it.each([
    undefined,
    '',
    'dpop+jwt',
    'application/jwt',
    'at+jwtx',
    'id_token',
    'logout+jwt',
    'at + jwt',
    'secevent+jwt',
  ])('of the type %s is refused', async (typ) => {
    expect(await outcome({}, { typ })).toBe('INVALID_TOKEN');
  });

  it('has the types that are configured', async () => {
    const strict = authParts({ ...issuer.env, JWT_TYP: 'at+JWT' });
    expect(await outcome({}, { typ: 'JWT' }, strict)).toBe('INVALID_TOKEN');
    expect(await outcome({}, { typ: 'At+Jwt' }, strict)).toBe('accepted');
  });

  it('whose header demands an extension is refused, known to the library or not', async () => {
    const { alg, kid } = keyOf('EdDSA');
    const header = { alg, kid, typ: 'at+jwt', b64: true, crit: ['b64'] };
    const token = await signText(JSON.stringify(issuer.claims()), header);
    expect(await outcomeOf(parts.verifier.verify(token))).toBe('INVALID_TOKEN');
    const unknown = Buffer.from(JSON.stringify({ alg, kid, typ: 'at+jwt', crit: ['exp'], exp: 1 })).toString(
      'base64url',
    );
    expect(await outcomeOf(parts.verifier.verify([unknown, ...token.split('.').slice(1)].join('.')))).toBe(
      'INVALID_TOKEN',
    );
  });

  it.each<[string, TokenClaims, string]>([
    ['another issuer', { iss: 'https://other.example' }, 'INVALID_TOKEN'],
    ['no issuer', { iss: undefined }, 'INVALID_TOKEN'],
    ['no subject', { sub: undefined }, 'INVALID_TOKEN'],
    ['no end', { exp: undefined }, 'INVALID_TOKEN'],
    ['an end a second ago', { exp: nowSeconds() - 1 }, 'INVALID_TOKEN'],
    ['no beginning and no time of issue', { nbf: undefined, iat: undefined }, 'accepted'],
    ['a beginning in three seconds', { nbf: nowSeconds() + 3 }, 'accepted'],
    ['a beginning in a minute', { nbf: nowSeconds() + 60 }, 'INVALID_TOKEN'],
    ['issue in three seconds', { iat: nowSeconds() + 3 }, 'accepted'],
    ['issue in a minute', { iat: nowSeconds() + 60 }, 'INVALID_TOKEN'],
    ['the audience in a list', { aud: ['x', 'crud.secrets'] }, 'accepted'],
    ['no audience', { aud: undefined }, 'accepted'],
    ['an empty audience', { aud: [] }, 'INVALID_TOKEN'],
    ['another audience', { aud: 'crud.secrets.other' }, 'INVALID_TOKEN'],
    ['an audience in another case', { aud: 'CRUD.SECRETS' }, 'INVALID_TOKEN'],
    ['a malformed client', { client_id: 5 }, 'INVALID_TOKEN'],
  ])('with %s', async (_name, claims, expected) => {
    expect(await outcome(claims)).toBe(expected);
  });

  it('without an audience is refused where one is required', async () => {
    const strict = authParts({
      ...issuer.env,
      SECRETS_AUDIENCE_REQUIRED: 'true',
      SECRETS_AUDIENCE: 'urn:me',
    });
    expect(await outcome({ aud: undefined }, {}, strict)).toBe('INVALID_TOKEN');
    expect(await outcome({ aud: 'crud.secrets' }, {}, strict)).toBe('INVALID_TOKEN');
    expect(await outcome({ aud: 'urn:me' }, {}, strict)).toBe('accepted');
  });

  it('ignores every key that its own header names', async () => {
    const { publicJwk } = keyOf('ES256');
    const named = { jwk: publicJwk, jku: `${issuer.url}/other`, x5u: `${issuer.url}/x5u` };
    const before = issuer.requests.length;
    expect(await outcome({}, named)).toBe('accepted');
    expect(issuer.requests.length).toBe(before);
  });

  it.each(['[1]', 'null', '"x"', '5', '', '{"iss":', '{"a":1}x', '{"iss":"a","iss":"b"}'])(
    'whose signed claims are not one JSON object is refused: %s',
    async (text) => {
      const { alg, kid } = keyOf('ES256');
      expect(await outcomeOf(parts.verifier.verify(await signText(text, { alg, kid, typ: 'at+jwt' })))).toBe(
        'INVALID_TOKEN',
      );
    },
  );

  it('that names one claim twice is refused, whichever of the two would do', async () => {
    const { alg, kid } = keyOf('ES256');
    const claims = JSON.stringify(issuer.claims());
    const header = { alg, kid, typ: 'at+jwt' };
    expect(await outcomeOf(parts.verifier.verify(await signText(claims, header)))).toBe('accepted');
    const twice = claims.replace('{', '{"sub":"root",');
    expect(await outcomeOf(parts.verifier.verify(await signText(twice, header)))).toBe('INVALID_TOKEN');
    const notUtf8 = Buffer.from(claims.replace('user-1', 'user-\u00ff'), 'latin1');
    expect(await outcomeOf(parts.verifier.verify(await signText(notUtf8, header)))).toBe('INVALID_TOKEN');
  });

  it('over 8 KiB is refused', async () => {
    expect(await outcome({ padding: 'x'.repeat(5_000) })).toBe('accepted');
    expect(await outcome({ padding: 'x'.repeat(7_000) })).toBe('INVALID_TOKEN');
  });

  it('has one text only: other bits at the end of base64url are refused', async () => {
    const token = await issuer.sign({}, {}, keyOf('ES256'));
    // 64 bytes in 86 characters: the last one has four bits that mean nothing.
    const twin = token.slice(0, -1) + String.fromCharCode(token.charCodeAt(token.length - 1) + 1);
    expect(Buffer.from(twin.split('.')[2] ?? '', 'base64url')).toEqual(
      Buffer.from(token.split('.')[2] ?? '', 'base64url'),
    );
    expect(await outcomeOf(parts.verifier.verify(token))).toBe('accepted');
    expect(await outcomeOf(parts.verifier.verify(twin))).toBe('INVALID_TOKEN');
  });

  it('is refused where no issuer is configured', async () => {
    const { verifier } = authParts({});
    expect(await outcomeOf(verifier.verify(await issuer.sign()))).toBe('INVALID_TOKEN');
  });

  it('is never quoted by its refusal', async () => {
    const marked = await issuer.sign({
      sub: 'marked-3f1',
      iss: 'https://marked-3f1.example',
      aud: 'marked-3f1',
    });
    await expect(parts.verifier.verify(marked)).rejects.toMatchObject({
      detail: expect.not.stringContaining('3f1'),
    });
    for (const part of marked.split('.')) {
      await expect(parts.verifier.verify(`${part}.x.y`)).rejects.toMatchObject({
        message: expect.not.stringContaining(part),
      });
    }
  });
});
