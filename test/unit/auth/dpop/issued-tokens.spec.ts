import * as dpop from 'dpop';
import { decodeJwt } from 'jose';
import * as oauth from 'oauth4webapi';
import { CertificateAuthority } from '../../../support/certificates/certificate-authority.js';
import { createApp } from '../../../support/create-app.js';
import type { RunningApp } from '../../../support/create-app.js';
import {
  CERTIFIED_CLIENT,
  CLIENT,
  RESOURCE,
  SCOPES,
  startOidcProvider,
} from '../../../support/oidc-provider/start-oidc-provider.js';
import type { OidcProvider } from '../../../support/oidc-provider/start-oidc-provider.js';
import { callTls } from '../certificate/tls-client.js';

const VALUE = `/api/secrets/value?uri=${encodeURIComponent('yaml://secret/app/api')}`;
const FORM = { grant_type: 'client_credentials', resource: RESOURCE, scope: SCOPES };

describe('tokens that a real identity provider binds', () => {
  const authority = new CertificateAuthority();
  let provider: OidcProvider;
  let running: RunningApp;

  beforeAll(async () => {
    provider = await startOidcProvider();
    running = await createApp({
      OIDC_ISSUER: provider.url,
      SECRETS_ENFORCE_SCOPES: 'true',
      SECRETS_AUDIENCE_REQUIRED: 'true',
      TRUSTED_PROXIES: '127.0.0.1',
      CLIENT_CERT_HEADER: 'traefik',
    });
    await running.http.get(VALUE).expect(401);
  });
  afterAll(async () => {
    await running.close();
    await provider.close();
    authority.close();
  });

  it.each(['ES256', 'Ed25519'] as const)(
    'to a DPoP key go the whole way with a client library (%s)',
    async (alg) => {
      const pair = await dpop.generateKeyPair(alg);
      const server = { issuer: provider.url, token_endpoint: `${provider.url}/token` };
      const client: oauth.Client = { client_id: CLIENT.client_id };
      const handle = oauth.DPoP(client, pair);
      const options = { DPoP: handle, [oauth.allowInsecureRequests]: true };
      const { grant_type: _grant, ...parameters } = FORM;
      const secret = oauth.ClientSecretBasic(CLIENT.client_secret);
      const answer = await oauth.clientCredentialsGrantRequest(server, client, secret, parameters, options);
      const { access_token: token, token_type: type } = await oauth.processClientCredentialsResponse(
        server,
        client,
        answer,
      );
      expect([type, decodeJwt(token)['cnf']]).toEqual([
        'dpop',
        { jkt: await dpop.calculateThumbprint(pair.publicKey) },
      ]);

      const call = async (method: string, path: string, body?: unknown): Promise<number> => {
        const url = new URL(path, running.url);
        const headers = new Headers({ 'Content-Type': 'application/json' });
        const text = body === undefined ? null : JSON.stringify(body);
        return (await oauth.protectedResourceRequest(token, method, url, headers, text, options)).status;
      };
      const uri = `yaml://secret/${alg}`;
      expect(await call('POST', '/api/secrets', { uri, value: { a: 1 } })).toBe(201);
      expect(await call('GET', `/api/secrets/value?uri=${encodeURIComponent(uri)}`)).toBe(200);
      expect(await call('DELETE', `/api/secrets?uri=${encodeURIComponent(uri)}`)).toBe(200);
      expect(running.records.at(-1)).toMatchObject({ subject: CLIENT.client_id, effect: 'permit' });
      await running.http.get(VALUE).set('Authorization', `Bearer ${token}`).expect(401);
    },
  );

  it('to a client certificate go the whole way with it', async () => {
    const certificate = authority.issueClient();
    const entrance = await provider.listenWithTls(authority);
    try {
      const body = new URLSearchParams({ ...CERTIFIED_CLIENT, ...FORM }).toString();
      const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
      const answer = await callTls(`${entrance.url}/token`, authority.cert, certificate, {
        method: 'POST',
        headers,
        body,
      });
      const { access_token: token } = answer.body as { access_token: string };
      expect(decodeJwt(token)['cnf']).toEqual({ 'x5t#S256': certificate.thumbprint });
      const shown = certificate.cert.replace(/-----[^-]+-----|\n/g, '');
      const sent = { Authorization: `Bearer ${token}`, 'X-Forwarded-Tls-Client-Cert': shown };
      await running.http
        .post('/api/secrets')
        .set(sent)
        .send({ uri: 'yaml://secret/mtls', value: { a: 1 } })
        .expect(201);
      await running.http
        .get('/api/secrets/value?uri=yaml%3A%2F%2Fsecret%2Fmtls')
        .set(sent)
        .expect(200, { a: 1 });
      await running.http.get(VALUE).set('Authorization', sent.Authorization).expect(401);
    } finally {
      await entrance.close();
    }
  });
});
