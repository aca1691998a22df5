import type { Response } from 'supertest';
import { createApp } from '../../../support/create-app.js';
import type { RunningApp } from '../../../support/create-app.js';
import { TestIssuer } from '../../../support/oidc-provider/test-issuer.js';
import { ProofKey } from './proof-key.js';

const SECRETS = '/api/secrets';
const VALUE = `${SECRETS}/value`;
const query = (uri: string): string => `?uri=${encodeURIComponent(uri)}`;
const URI = 'yaml://secret/app/api';
const PUBLIC_ORIGIN = 'https://secrets.example.com';

describe('requests with DPoP', () => {
  const key = new ProofKey();
  let issuer: TestIssuer;
  let running: RunningApp;
  let accessToken: string;

  beforeAll(async () => {
    issuer = await TestIssuer.start();
    running = await createApp({ ...issuer.env, SECRETS_SESSION_COOKIE: 'session' });
    accessToken = await issuer.sign({ cnf: { jkt: key.jkt } });
  });
  afterAll(async () => {
    await running.close();
    await issuer.close();
  });

  const prove = (htm: string, path: string, origin = running.url): string =>
    key.prove({ htm, htu: `${origin}${path}`, accessToken });
  const read = (uri: string, proof: string, app = running): Promise<Response> =>
    app.http
      .get(`${VALUE}${query(uri)}`)
      .set('Authorization', `DPoP ${accessToken}`)
      .set('DPoP', proof);
  const challengesOf = ({ headers }: Response): string => headers['www-authenticate'] ?? '';

  it('go the whole way with one proof each', async () => {
    await running.http
      .post(SECRETS)
      .set({ Authorization: `DPoP ${accessToken}`, DPoP: prove('POST', SECRETS) })
      .send({ uri: URI, value: { token: 'x' } })
      .expect(201);
    const answer = await read(URI, prove('GET', VALUE));
    expect([answer.status, answer.body]).toEqual([200, { token: 'x' }]);
    expect(running.records.at(-1)).toMatchObject({ subject: 'user-1', effect: 'permit' });
    await running.http
      .delete(`${SECRETS}${query(`${URI}#token`)}`)
      .set({ Authorization: `dpop ${accessToken}`, DPoP: prove('DELETE', SECRETS) })
      .expect(200);
  });

  it('are refused with a proof that was used, for another secret too', async () => {
    const proof = prove('GET', VALUE);
    expect((await read(URI, proof)).status).toBe(404);
    for (const uri of [URI, 'yaml://secret/app/other']) {
      const answer = await read(uri, proof);
      expect([answer.status, answer.body.code]).toEqual([401, 'INVALID_TOKEN']);
      expect(challengesOf(answer)).toBe(
        'Bearer realm="secrets-api", DPoP error="invalid_dpop_proof", ' +
          'error_description="The DPoP proof was used before (jti).", ' +
          'algs="ES256 ES384 ES512 PS256 RS256 EdDSA Ed25519"',
      );
      expect(running.records.at(-1)).toMatchObject({ effect: 'deny', code: 'INVALID_TOKEN', subject: null });
    }
  });

  it('are refused without a proof', async () => {
    const answer = await running.http
      .get(`${VALUE}${query(URI)}`)
      .set('Authorization', `DPoP ${accessToken}`);
    expect([answer.status, answer.body.code]).toEqual([401, 'INVALID_TOKEN']);
    expect(challengesOf(answer)).toMatch(/, DPoP error="invalid_dpop_proof", .*algs="ES256 /);
  });

  it.each([
    ['Bearer', () => ({ Authorization: `Bearer ${accessToken}` })],
    [
      'Bearer, a right proof beside it',
      () => ({ Authorization: `Bearer ${accessToken}`, DPoP: prove('GET', VALUE) }),
    ],
    ['the session cookie', () => ({ Cookie: `session=${accessToken}`, DPoP: prove('GET', VALUE) })],
  ])('are refused under %s, where the token is bound', async (_scheme, headers) => {
    const answer = await running.http.get(`${VALUE}${query(URI)}`).set(headers());
    expect([answer.status, answer.body.code]).toEqual([401, 'INVALID_TOKEN']);
    expect(challengesOf(answer)).toMatch(
      /^Bearer realm="secrets-api", error="invalid_token", .*DPoP error="invalid_token", /,
    );
  });

  it.each([
    ['to nothing', undefined],
    ['to a certificate only', { 'x5t#S256': 'A'.repeat(43) }],
  ])('are refused where the token is bound %s', async (_what, cnf) => {
    const unbound = await issuer.sign({ cnf });
    const DPoP = key.prove({ htm: 'GET', htu: `${running.url}${VALUE}`, accessToken: unbound });
    const answer = await running.http
      .get(`${VALUE}${query(URI)}`)
      .set({ Authorization: `DPoP ${unbound}`, DPoP });
    expect([answer.status, answer.body.code]).toEqual([401, 'INVALID_TOKEN']);
    expect(challengesOf(answer)).toMatch(/DPoP error="invalid_token", .*not bound/);
  });

  it('are refused with two proofs', async () => {
    const response = await fetch(`${running.url}${VALUE}${query(URI)}`, {
      headers: [
        ['Authorization', `DPoP ${accessToken}`],
        ['DPoP', prove('GET', VALUE)],
        ['DPoP', prove('GET', VALUE)],
      ],
    });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/DPoP error="invalid_dpop_proof"/);
  });

  it('tell both schemes to whoever has no token', async () => {
    const answer = await running.http.get(`${VALUE}${query(URI)}`);
    expect([answer.status, answer.body.code]).toEqual([401, 'UNAUTHENTICATED']);
    expect(challengesOf(answer)).toMatch(/^Bearer realm="secrets-api", DPoP algs="ES256 [^"]+"$/);
  });

  it('blame the token under the scheme that was used', async () => {
    const answer = await running.http.get(`${VALUE}${query(URI)}`).set('Authorization', 'DPoP x.y.z');
    expect(challengesOf(answer)).toMatch(/^Bearer realm="secrets-api", DPoP .*error="invalid_token"/);
  });

  it('do not use a proof up when the token is refused', async () => {
    const proof = prove('GET', VALUE);
    await running.http
      .get(`${VALUE}${query(URI)}`)
      .set({ Authorization: `DPoP ${accessToken}x`, DPoP: proof })
      .expect(401);
    expect((await read(URI, proof)).status).toBe(404);
  });

  it('are held against the public origin where one is set, and then against no other', async () => {
    const behind = await createApp({ ...issuer.env, PUBLIC_ORIGIN });
    try {
      expect((await read(URI, prove('GET', VALUE, behind.url), behind)).status).toBe(401);
      expect((await read(URI, prove('GET', VALUE, running.url), behind)).status).toBe(401);
      expect((await read(URI, prove('GET', VALUE, PUBLIC_ORIGIN), behind)).status).toBe(404);
      expect((await read(URI, prove('GET', VALUE, `${PUBLIC_ORIGIN}:443`), behind)).status).toBe(404);
    } finally {
      await behind.close();
    }
  });

  it('need their proof where authentication is off too', async () => {
    const open = await createApp({ OIDC_ISSUER: issuer.url });
    try {
      await open.http.get(`${VALUE}${query(URI)}`).expect(404);
      await open.http
        .get(`${VALUE}${query(URI)}`)
        .set('Authorization', `Bearer ${accessToken}`)
        .expect(401);
      expect((await read(URI, prove('GET', VALUE, open.url), open)).status).toBe(404);
    } finally {
      await open.close();
    }
  });
});
