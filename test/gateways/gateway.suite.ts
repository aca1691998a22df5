import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CertificateAuthority } from '../support/certificates/certificate-authority.js';
import type { IssuedCertificate } from '../support/certificates/certificate-authority.js';
import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';
import { TestIssuer } from '../support/oidc-provider/test-issuer.js';
import { HEADER_FORMS } from '../unit/auth/certificate/header-forms.js';
import type { HeaderForm } from '../unit/auth/certificate/header-forms.js';
import { callTls } from '../unit/auth/certificate/tls-client.js';
import type { TlsAnswer, TlsOptions } from '../unit/auth/certificate/tls-client.js';
import { ProofKey } from '../unit/auth/dpop/proof-key.js';
import { findFreePort, GatewayProcess } from './gateway-process.js';

/** What a gateway is set up with. */
export interface GatewaySettings {
  /** Of the service, on loopback over plain HTTP. */
  readonly servicePort: number;
  readonly server: IssuedCertificate;
  readonly authorityPath: string;
}

/** Writes the configuration into the gateway's folder. @returns the parameters that it is started with */
export type Configure = (gateway: GatewayProcess, settings: GatewaySettings) => readonly string[];

const VALUE = '/api/secrets/value';
const URI = 'yaml://secret/team a/a+b%25c#x/y';
const CLIENT_ERROR = /^4\d\d$/;

/** The service behind a gateway that ends mutual TLS: what the client has shown arrives, and nothing that it only says. */
export function describeGateway(binary: string, form: HeaderForm, configure: Configure): void {
  const { name, write } = HEADER_FORMS[form];
  const authority = new CertificateAuthority();
  /** Another one for servers: a client sends what it trusts of its own chain along, and one certificate is meant. */
  const serverAuthority = new CertificateAuthority('servers');
  const client = authority.issueClient('/O=a, b/CN=quote " and = sign');
  const other = authority.issueClient('/CN=other');
  /** Request targets as they arrived. */
  const targets: string[] = [];
  let issuer: TestIssuer;
  let service: RunningApp;
  let gateway: GatewayProcess;
  let boundToken: string;

  /** Traefik takes connections before it has read where they go. */
  const isReady = async (): Promise<boolean> => {
    try {
      await callTls(`https://127.0.0.1:${gateway.port}/health/live`, serverAuthority.cert, undefined);
      return targets.length > 0;
    } catch {
      return false;
    }
  };

  beforeAll(async () => {
    const port = await findFreePort();
    issuer = await TestIssuer.start();
    service = await createApp({
      ...issuer.env,
      PUBLIC_ORIGIN: `https://127.0.0.1:${port}`,
      TRUSTED_PROXIES: '127.0.0.1',
      CLIENT_CERT_HEADER: form,
    });
    const server = service.app.getHttpServer();
    server.on('request', ({ url }: IncomingMessage) => targets.push(url ?? ''));
    gateway = new GatewayProcess(port);
    const settings = {
      servicePort: (server.address() as AddressInfo).port,
      server: serverAuthority.issueServer(),
      authorityPath: authority.certPath,
    };
    await gateway.start(binary, configure(gateway, settings), isReady);
    boundToken = await issuer.sign({ cnf: { 'x5t#S256': client.thumbprint } });
    await service.http
      .post('/api/secrets')
      .set({ Authorization: `Bearer ${boundToken}`, [name]: write(client.cert) })
      .send({ uri: URI, value: 'found' })
      .expect(201);
  }, 120_000);
  afterAll(async () => {
    await gateway.stop();
    await service.close();
    await issuer.close();
    authority.close();
    serverAuthority.close();
  });

  const call = (
    path: string,
    who: Pick<IssuedCertificate, 'cert' | 'key'> | undefined,
    options: TlsOptions = {},
  ): Promise<TlsAnswer> => {
    const headers = { Authorization: `Bearer ${boundToken}`, ...(options.headers as Record<string, string>) };
    return callTls(`https://127.0.0.1:${gateway.port}`, serverAuthority.cert, who, {
      ...options,
      path,
      headers,
    });
  };
  const READ = `${VALUE}?uri=${encodeURIComponent(URI)}`;

  it('a token that is bound to a certificate reads with it', async () => {
    const { status, body } = await call(READ, client);
    expect([status, body]).toEqual([200, { value: 'found' }]);
  });

  it.each([
    ['without one', undefined, /none was shown/],
    ['with another one', other, /another client certificate/],
  ] as const)('it does not %s', async (_how, who, reason) => {
    const { status, body } = await call(READ, who);
    expect([status, body.code, body.detail]).toEqual([401, 'INVALID_TOKEN', expect.stringMatching(reason)]);
  });

  it('a token that is not bound reads without one', async () => {
    const headers = { Authorization: `Bearer ${await issuer.sign()}` };
    expect((await call(READ, undefined, { headers })).status).toBe(200);
  });

  it.each([
    ['without a certificate', undefined, /none was shown/],
    ['with another certificate', other, /another client certificate/],
  ] as const)('a header that the client writes itself counts for nothing %s', async (_how, who, reason) => {
    for (const spelling of [name, name.toLowerCase(), name.toUpperCase()]) {
      const { status, body } = await call(READ, who, { headers: { [spelling]: write(client.cert) } });
      expect([status, body.detail]).toEqual([401, expect.stringMatching(reason)]);
    }
  });

  it('a header of the client beside its certificate counts for nothing either', async () => {
    const { status } = await call(READ, client, { headers: { [name]: write(other.cert) } });
    expect(status).toBe(200);
  });

  it('the client is known again on a session that is taken up again', async () => {
    const first = await call(READ, client, { maxVersion: 'TLSv1.2' });
    const session = first.socket.getSession();
    const second = await call(READ, client, { maxVersion: 'TLSv1.2', session });
    expect([first.status, second.status]).toEqual([200, 200]);
  });

  it('a client that sends its chain too is known by its own certificate, or refused', async () => {
    const chain = { cert: client.cert + authority.cert, key: client.key };
    const { status, body } = await call(READ, chain);
    // Traefik writes the whole chain, and several certificates are refused.
    const expected = form === 'traefik' ? [400, 'INVALID_REQUEST'] : [200, undefined];
    expect([status, body.code]).toEqual(expected);
  });

  it('DPoP proofs are made for the address of the gateway', async () => {
    const key = new ProofKey();
    const accessToken = await issuer.sign({ cnf: { jkt: key.jkt } });
    const DPoP = key.prove({ htm: 'GET', htu: `https://127.0.0.1:${gateway.port}${VALUE}`, accessToken });
    const headers = { Authorization: `DPoP ${accessToken}`, DPoP };
    expect((await call(READ, undefined, { headers })).status).toBe(200);
    expect((await call(READ, undefined, { headers })).status).toBe(401);
  });

  it.each([
    READ,
    READ.replaceAll(/%../g, (encoded) => encoded.toLowerCase()),
    `${VALUE}?uri=yaml%3A%2F%2Fsecret%2Fteam%20a%2Fa%2Bb%2525c%23x%2Fy`,
    `${VALUE}?uri=yaml://secret/team%20a/a%2Bb%2525c&fragment=x%2fy`,
  ])('an address arrives as it was sent: %s', async (path) => {
    targets.length = 0;
    const { status, body } = await call(path, client);
    expect(targets).toEqual([path]);
    expect([status, body]).toEqual([200, { value: 'found' }]);
  });

  it.each([
    '/api/secrets%2Fvalue',
    '/api/secrets/value%2F',
    '/api/secrets/%2e%2e/secrets/value',
    '/api//secrets/value',
    '/api/secrets/value%23x',
  ])('the path %s is no other way in', async (path) => {
    targets.length = 0;
    const { status } = await call(`${path}?uri=${encodeURIComponent(URI)}`, client);
    // A gateway may refuse it by itself, or write it in its normal form as its own address has it.
    if (targets.length > 0 && targets[0] !== READ) expect(String(status)).toMatch(CLIENT_ERROR);
    expect(targets.every((target) => target === READ || target.startsWith(path))).toBe(true);
  });
}
