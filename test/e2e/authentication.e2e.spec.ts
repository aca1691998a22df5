import { decodeJwt, decodeProtectedHeader } from 'jose';
import type { Test } from 'supertest';
import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';
import { RESOURCE, startOidcProvider } from '../support/oidc-provider/start-oidc-provider.js';
import type { OidcProvider } from '../support/oidc-provider/start-oidc-provider.js';
import { TestIssuer } from '../support/oidc-provider/test-issuer.js';

const URI = 'yaml://secret/app/api';
const VALUE = `/api/secrets/value?uri=${encodeURIComponent(URI)}`;

describe('a real identity provider', () => {
  let provider: OidcProvider;
  let running: RunningApp;

  beforeAll(async () => {
    provider = await startOidcProvider();
    running = await createApp({
      OIDC_ISSUER: provider.url,
      SECRETS_ENFORCE_SCOPES: 'true',
      SECRETS_AUDIENCE_REQUIRED: 'true',
    });
  });
  afterAll(async () => {
    await running.close();
    await provider.close();
  });

  it('issues tokens that write and read, and the records name who did', async () => {
    const { access_token: token, token_type: type } = await provider.requestToken();
    expect(type).toBe('Bearer');
    expect(decodeProtectedHeader(token)).toMatchObject({ typ: 'at+jwt', alg: 'ES256' });
    expect(decodeJwt(token)).toMatchObject({ aud: 'crud.secrets', client_id: 'batch-job' });
    await running.http
      .post('/api/secrets')
      .set('Authorization', `Bearer ${token}`)
      .send({ uri: URI, value: { token: 'x' } })
      .expect(201);
    const { body } = await running.http.get(VALUE).set('Authorization', `Bearer ${token}`).expect(200);
    expect(body).toEqual({ token: 'x' });
    expect(running.records.at(-1)).toMatchObject({
      event: 'secret.read',
      effect: 'permit',
      subject: 'batch-job',
      client_id: 'batch-job',
      tenant_id: 'dev',
    });
  });

  it('issues tokens of less scope, which are refused for more', async () => {
    const { access_token: token } = await provider.requestToken({
      resource: RESOURCE,
      scope: 'secrets.read',
    });
    await running.http.get(VALUE).set('Authorization', `Bearer ${token}`).expect(200);
    const answer = await running.http
      .delete(`/api/secrets?uri=${encodeURIComponent(URI)}`)
      .set('Authorization', `Bearer ${token}`);
    expect([answer.status, answer.body.code]).toEqual([403, 'INSUFFICIENT_SCOPE']);
  });

  it('issues opaque tokens where no resource is named, and they are refused', async () => {
    const { access_token: token } = await provider.requestToken({});
    expect(token).not.toContain('.');
    const answer = await running.http.get(VALUE).set('Authorization', `Bearer ${token}`);
    expect([answer.status, answer.body.code]).toEqual([401, 'INVALID_TOKEN']);
  });
});

describe('authentication', () => {
  const open: { close(): Promise<void> }[] = [];
  let issuer: TestIssuer;

  beforeEach(async () => {
    issuer = await TestIssuer.start();
    open.push(issuer);
  });
  afterEach(async () => {
    for (const part of open.splice(0).reverse()) await part.close();
  });

  const start = async (env: Readonly<Record<string, string>>): Promise<RunningApp> => {
    const running = await createApp(env);
    open.push(running);
    return running;
  };
  const read = (running: RunningApp, authorization?: string): Test => {
    const call = running.http.get(VALUE);
    return authorization === undefined ? call : call.set('Authorization', authorization);
  };

  it('challenges whoever sends nothing without naming an error (RFC 6750 3.1)', async () => {
    const running = await start(issuer.env);
    for (const sent of [undefined, 'Basic dTpw']) {
      const { status, headers, body } = await read(running, sent);
      expect([status, body.code]).toEqual([401, 'UNAUTHENTICATED']);
      expect(headers['www-authenticate']).toMatch(
        /^Bearer realm="secrets-api"(?:, DPoP algs="[A-Za-z0-9 ]+")?$/,
      );
    }
  });

  it('names the error of a token, and of a credential that is malformed', async () => {
    const running = await start(issuer.env);
    const expired = await read(running, `Bearer ${await issuer.sign({ exp: 1 })}`);
    expect(expired.headers['www-authenticate']).toMatch(
      /^Bearer realm="secrets-api", error="invalid_token", error_description="The access token has expired\."/,
    );
    const twice = await read(running, 'Bearer a, Bearer b');
    expect([twice.status, twice.body.code]).toEqual([400, 'INVALID_REQUEST']);
    expect(twice.headers['www-authenticate']).toMatch(/^Bearer realm="secrets-api", error="invalid_request"/);
  });

  it('has a record for every refusal, without a subject', async () => {
    const running = await start(issuer.env);
    await read(running);
    await read(running, `Bearer ${await issuer.sign({ aud: 'other', sub: 'somebody' })}`);
    await read(running, 'Bearer a b');
    const refused = {
      event: 'secret.read',
      purpose: 'read',
      subject: null,
      client_id: null,
      resource_ref: null,
    };
    expect(running.records).toEqual([
      expect.objectContaining({ ...refused, effect: 'deny', code: 'UNAUTHENTICATED' }),
      expect.objectContaining({ ...refused, effect: 'deny', code: 'INVALID_TOKEN' }),
      expect.objectContaining({ ...refused, effect: 'error', code: 'INVALID_REQUEST' }),
    ]);
  });

  it('is not needed for what touches no secret, and a token there is not looked at', async () => {
    const running = await start(issuer.env);
    for (const path of ['/health/live', '/health/ready', '/metrics', '/api/openapi.json', '/api/docs']) {
      expect((await running.http.get(path)).status).toBe(200);
      expect((await running.http.get(path).set('Authorization', 'Bearer nonsense')).status).toBe(200);
    }
  });

  it('refuses a token that is bound to a key and comes without a proof', async () => {
    const running = await start(issuer.env);
    for (const cnf of [{ jkt: 'A'.repeat(43) }, { 'x5t#S256': 'A'.repeat(43) }]) {
      const token = await issuer.sign({ cnf });
      for (const scheme of ['Bearer', 'DPoP']) {
        const { status } = await read(running, `${scheme} ${token}`);
        expect(status).toBe(401);
      }
    }
    expect((await read(running, `DPoP ${await issuer.sign()}`)).status).toBe(401);
  });

  it('that is off still verifies a token, which then names the subject', async () => {
    const running = await start({ OIDC_ISSUER: issuer.url });
    expect((await read(running)).status).toBe(404);
    expect((await read(running, `Bearer ${await issuer.sign({ sub: 'known' })}`)).status).toBe(404);
    expect(
      (await read(running, `Bearer ${await issuer.sign({ iss: 'https://other.example' })}`)).status,
    ).toBe(401);
    expect((await read(running, 'Basic dTpw')).status).toBe(401);
    expect(running.records.map(({ subject, effect, code }) => [subject, effect, code])).toEqual([
      ['anonymous', 'permit', 'SECRET_NOT_FOUND'],
      ['known', 'permit', 'SECRET_NOT_FOUND'],
      [null, 'deny', 'INVALID_TOKEN'],
      [null, 'deny', 'UNAUTHENTICATED'],
    ]);
  });

  it('starts with the issuer away, says so, and lets callers in once it is there', async () => {
    await issuer.close();
    const running = await start(issuer.env);
    expect((await running.http.get('/health/live')).status).toBe(200);
    const { status, body, headers } = await read(running, `Bearer ${await issuer.sign()}`);
    expect([status, body.code, headers['retry-after']]).toEqual([503, 'IDP_UNAVAILABLE', '1']);
    expect(running.records.at(-1)).toMatchObject({ subject: null, effect: 'error', code: 'IDP_UNAVAILABLE' });
    expect((await read(running)).status).toBe(401);
    await issuer.listen();
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect((await read(running, `Bearer ${await issuer.sign()}`)).status).toBe(404);
  });

  it('fetches the keys at the start, before anybody calls', async () => {
    await start(issuer.env);
    for (let waited = 0; issuer.countOf('/jwks') === 0 && waited < 100; waited += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(issuer.countOf('/jwks')).toBe(1);
  });

  it('under ANTI_REPLAY_ACCESS_TOKENS takes a token once, by its jti', async () => {
    const running = await start({ ...issuer.env, ANTI_REPLAY_ACCESS_TOKENS: 'true' });
    const token = await issuer.sign({ jti: 'one' });
    const at = await Promise.all(Array.from({ length: 20 }, () => read(running, `Bearer ${token}`)));
    expect(at.filter(({ status }) => status === 404)).toHaveLength(1);
    expect(at.filter(({ status, body }) => status === 401 && body.code === 'INVALID_TOKEN')).toHaveLength(19);
    expect((await read(running, `Bearer ${await issuer.sign({ jti: 'one' })}`)).status).toBe(401);
    expect((await read(running, `Bearer ${await issuer.sign({ jti: 'two' })}`)).status).toBe(404);
    expect((await read(running, `Bearer ${await issuer.sign({ jti: undefined })}`)).status).toBe(401);
  });

  it('without it takes a token as often as it is sent, with or without jti', async () => {
    const running = await start(issuer.env);
    const token = await issuer.sign({ jti: undefined });
    expect([
      (await read(running, `Bearer ${token}`)).status,
      (await read(running, `Bearer ${token}`)).status,
    ]).toEqual([404, 404]);
  });

  it('of two applications in one process is each their own', async () => {
    const other = await TestIssuer.start();
    open.push(other);
    const [first, second] = [await start(issuer.env), await start(other.env)];
    expect((await read(first, `Bearer ${await issuer.sign()}`)).status).toBe(404);
    expect((await read(second, `Bearer ${await other.sign()}`)).status).toBe(404);
    expect((await read(first, `Bearer ${await other.sign()}`)).status).toBe(401);
    expect((await read(second, `Bearer ${await issuer.sign()}`)).status).toBe(401);
  });
});
