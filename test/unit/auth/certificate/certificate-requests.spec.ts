import { once } from 'node:events';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { CertificateAuthority } from '../../../support/certificates/certificate-authority.js';
import type { IssuedCertificate } from '../../../support/certificates/certificate-authority.js';
import { createApp } from '../../../support/create-app.js';
import type { RunningApp } from '../../../support/create-app.js';
import { TestIssuer } from '../../../support/oidc-provider/test-issuer.js';
import { ProofKey } from '../dpop/proof-key.js';
import { FORM_NAMES, HEADER_FORMS } from './header-forms.js';
import { callTls } from './tls-client.js';
import type { TlsAnswer, TlsOptions } from './tls-client.js';

const VALUE = '/api/secrets/value';
const QUERY = `?uri=${encodeURIComponent('yaml://secret/app/api')}`;

const authority = new CertificateAuthority();
const foreign = new CertificateAuthority('somebody else');
const server = authority.issueServer();
const client = authority.issueClient();
const other = authority.issueClient('/CN=other');
const stranger = foreign.issueClient();
let issuer: TestIssuer;
let boundToken: string;
let freeToken: string;

beforeAll(async () => {
  issuer = await TestIssuer.start();
  boundToken = await issuer.sign({ cnf: { 'x5t#S256': client.thumbprint } });
  freeToken = await issuer.sign();
});
afterAll(async () => {
  await issuer.close();
  authority.close();
  foreign.close();
});

const bearer = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });
const TLS = { TLS_CERT_FILE: server.certPath, TLS_KEY_FILE: server.keyPath };
const CLIENTS = { ...TLS, TLS_CLIENT_CA_FILE: authority.certPath };

async function withApp<T>(
  env: Record<string, string>,
  use: (app: RunningApp, port: number) => Promise<T>,
): Promise<T> {
  const running = await createApp({ ...issuer.env, ...env });
  try {
    return await use(running, (running.app.getHttpServer().address() as AddressInfo).port);
  } finally {
    await running.close();
  }
}

function read(
  port: number,
  who: IssuedCertificate | undefined,
  token: string,
  options: TlsOptions = {},
): Promise<TlsAnswer> {
  const headers = { ...bearer(token), ...(options.headers as Record<string, string>) };
  return callTls(`https://127.0.0.1:${port}${VALUE}${QUERY}`, authority.cert, who, { ...options, headers });
}

describe('a TLS socket of the service', () => {
  it('asks nobody for a certificate by default, and then none counts', () =>
    withApp(TLS, async (_running, port) => {
      expect((await read(port, undefined, freeToken)).status).toBe(404);
      const answer = await read(port, client, boundToken);
      expect([answer.status, answer.body.code]).toEqual([401, 'INVALID_TOKEN']);
      expect(answer.headers['www-authenticate']).toMatch(
        /^Bearer realm="secrets-api", error="invalid_token", .*none was shown/,
      );
    }));

  it('optional: lets callers without one in, and bound tokens with theirs only', () =>
    withApp({ ...CLIENTS, TLS_CLIENT_AUTH: 'optional' }, async (running, port) => {
      expect((await read(port, undefined, freeToken)).status).toBe(404);
      expect((await read(port, client, freeToken)).status).toBe(404);
      expect((await read(port, client, boundToken)).status).toBe(404);
      expect(running.records.at(-1)).toMatchObject({ subject: 'user-1', effect: 'permit' });
      for (const [who, reason] of [
        [undefined, /none was shown/],
        [other, /another client certificate/],
      ] as const) {
        const answer = await read(port, who, boundToken);
        expect([answer.status, answer.body.code]).toEqual([401, 'INVALID_TOKEN']);
        expect(answer.body.detail).toMatch(reason);
      }
    }));

  it('optional: takes a certificate of another authority as none', () =>
    withApp({ ...CLIENTS, TLS_CLIENT_AUTH: 'optional' }, async (_running, port) => {
      const bound = await issuer.sign({ cnf: { 'x5t#S256': stranger.thumbprint } });
      const answer = await read(port, stranger, bound);
      expect([answer.status, answer.body.detail]).toEqual([401, expect.stringMatching(/none was shown/)]);
      expect((await read(port, stranger, freeToken)).status).toBe(404);
    }));

  it('required: ends the handshake of everybody else', () =>
    withApp({ ...CLIENTS, TLS_CLIENT_AUTH: 'required' }, async (_running, port) => {
      expect((await read(port, client, boundToken)).status).toBe(404);
      expect((await read(port, other, boundToken)).status).toBe(401);
      await expect(read(port, undefined, freeToken)).rejects.toThrow();
      await expect(read(port, stranger, freeToken)).rejects.toThrow();
      expect((await read(port, client, freeToken)).status).toBe(404);
    }));

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'knows the client again on a session that is taken up again (%s)',
    (version) =>
      withApp({ ...CLIENTS, TLS_CLIENT_AUTH: 'optional' }, async (_running, port) => {
        let session: Buffer | undefined;
        const options: TlsOptions = { minVersion: version, maxVersion: version };
        const first = await read(port, client, boundToken, { ...options, agent: false });
        session = first.socket.getSession();
        expect([first.status, first.socket.isSessionReused()]).toEqual([404, false]);
        const second = await read(port, client, boundToken, { ...options, session });
        expect([second.status, second.socket.isSessionReused()]).toEqual([404, true]);
        // Nobody else's token comes in on it.
        session = second.socket.getSession() ?? session;
        const third = await read(port, client, await issuer.sign({ cnf: { 'x5t#S256': other.thumbprint } }), {
          ...options,
          session,
        });
        expect(third.status).toBe(401);
      }),
  );

  it('speaks TLS 1.2 or later and no plain HTTP, and lives on', () =>
    withApp(TLS, async (_running, port) => {
      await expect(
        read(port, undefined, freeToken, {
          minVersion: 'TLSv1',
          maxVersion: 'TLSv1.1',
          ciphers: 'ALL@SECLEVEL=0',
        }),
      ).rejects.toThrow();
      const socket = connect(port, '127.0.0.1');
      socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
      let said = '';
      socket.on('data', (chunk) => (said += chunk.toString('latin1')));
      await once(socket, 'close');
      expect(said).not.toMatch(/HTTP\/1.1 200/);
      expect(
        (await read(port, undefined, freeToken, { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' })).status,
      ).toBe(404);
    }));

  it('is where DPoP proofs are made for https', () =>
    withApp(TLS, async (_running, port) => {
      const key = new ProofKey();
      const accessToken = await issuer.sign({ cnf: { jkt: key.jkt } });
      const answers = ['https', 'http'].map(async (scheme) => {
        const DPoP = key.prove({ htm: 'GET', htu: `${scheme}://127.0.0.1:${port}${VALUE}`, accessToken });
        const { status } = await read(port, undefined, '', {
          headers: { Authorization: `DPoP ${accessToken}`, DPoP },
        });
        return status;
      });
      expect(await Promise.all(answers)).toEqual([404, 401]);
    }));

  it('does not take the certificate of a gateway for that of its client', () =>
    withApp(
      { ...CLIENTS, TLS_CLIENT_AUTH: 'required', TRUSTED_PROXIES: '127.0.0.1' },
      async (_running, port) => {
        const ofGateway = await issuer.sign({ cnf: { 'x5t#S256': other.thumbprint } });
        expect((await read(port, other, ofGateway)).status).toBe(401);
        const headers = { 'Client-Cert': HEADER_FORMS.rfc9440.write(client.cert) };
        expect((await read(port, other, boundToken, { headers })).status).toBe(404);
        expect((await read(port, other, ofGateway, { headers })).status).toBe(401);
      },
    ));

  it('proves both keys of a token that is bound to two', () =>
    withApp({ ...CLIENTS, TLS_CLIENT_AUTH: 'optional' }, async (_running, port) => {
      const key = new ProofKey();
      const accessToken = await issuer.sign({ cnf: { jkt: key.jkt, 'x5t#S256': client.thumbprint } });
      const proof = (): string =>
        key.prove({ htm: 'GET', htu: `https://127.0.0.1:${port}${VALUE}`, accessToken });
      const call = async (
        who: IssuedCertificate | undefined,
        headers: Record<string, string>,
      ): Promise<number> =>
        (await read(port, who, '', { headers: { Authorization: `DPoP ${accessToken}`, ...headers } })).status;
      const unused = proof();
      expect(await call(client, {})).toBe(401);
      expect(await call(undefined, { DPoP: unused })).toBe(401);
      expect(await call(other, { DPoP: unused })).toBe(401);
      expect(await call(client, { DPoP: unused })).toBe(404);
      expect(await call(client, { Authorization: `Bearer ${accessToken}`, DPoP: proof() })).toBe(401);
    }));
});

describe.each(FORM_NAMES)('a header of a gateway in the form %s', (form) => {
  const { name, write } = HEADER_FORMS[form];
  const env = { CLIENT_CERT_HEADER: form, TRUSTED_PROXIES: '127.0.0.0/8' };
  const answerTo = async (
    { http }: RunningApp,
    headers: Record<string, string>,
  ): Promise<readonly unknown[]> => {
    const answer = await http.get(`${VALUE}${QUERY}`).set(headers);
    return [answer.status, answer.body.code];
  };

  it('proves what a token is bound to', () =>
    withApp(env, async (running) => {
      expect(await answerTo(running, { ...bearer(boundToken), [name]: write(client.cert) })).toEqual([
        404,
        'SECRET_NOT_FOUND',
      ]);
      expect(await answerTo(running, { ...bearer(boundToken), [name]: write(other.cert) })).toEqual([
        401,
        'INVALID_TOKEN',
      ]);
      expect(await answerTo(running, bearer(boundToken))).toEqual([401, 'INVALID_TOKEN']);
      expect(await answerTo(running, { ...bearer(freeToken), [name]: write(client.cert) })).toEqual([
        404,
        'SECRET_NOT_FOUND',
      ]);
    }));

  it('is refused when it is malformed, whatever the token', () =>
    withApp(env, async (running) => {
      for (const token of [boundToken, freeToken]) {
        expect(await answerTo(running, { ...bearer(token), [name]: 'x' })).toEqual([400, 'INVALID_REQUEST']);
      }
      expect(await answerTo(running, { [name]: 'x' })).toEqual([400, 'INVALID_REQUEST']);
    }));

  it('is refused from anybody else, whatever the token, and with authentication off', () =>
    withApp({ ...env, TRUSTED_PROXIES: '10.0.0.0/8' }, async (running) => {
      const sent = { [name]: write(client.cert) };
      for (const headers of [{ ...bearer(boundToken), ...sent }, { ...bearer(freeToken), ...sent }, sent]) {
        expect(await answerTo(running, headers)).toEqual([400, 'INVALID_REQUEST']);
      }
      const open = await createApp({ CLIENT_CERT_HEADER: form });
      try {
        expect(await answerTo(open, {})).toEqual([404, 'SECRET_NOT_FOUND']);
        expect(await answerTo(open, sent)).toEqual([400, 'INVALID_REQUEST']);
      } finally {
        await open.close();
      }
    }));

  it('leaves the headers of other forms alone', () =>
    withApp(env, async (running) => {
      const others = FORM_NAMES.filter((one) => one !== form).map((one) => [
        HEADER_FORMS[one].name,
        HEADER_FORMS[one].write(client.cert),
      ]);
      const headers = { ...bearer(boundToken), ...(Object.fromEntries(others) as Record<string, string>) };
      expect(await answerTo(running, headers)).toEqual([401, 'INVALID_TOKEN']);
    }));
});
