import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';
import type { Configuration } from 'oidc-provider';
import type { CertificateAuthority } from '../certificates/certificate-authority.js';

/** An identity provider of others, in this process, for what only real tokens can show. */
export interface OidcProvider {
  readonly url: string;
  /** What its token endpoint gives a client that has only itself (RFC 6749 4.4): for the Secrets API, with every scope. */
  requestToken(parameters?: Readonly<Record<string, string>>): Promise<IssuedToken>;
  /**
   * The same provider over TLS, where a client that shows a certificate of the authority gets a token bound to it; its
   * tokens name the same issuer.
   */
  listenWithTls(authority: CertificateAuthority): Promise<TlsEntrance>;
  close(): Promise<void>;
}

export interface TlsEntrance {
  readonly url: string;
  close(): Promise<void>;
}

export interface IssuedToken {
  readonly access_token: string;
  readonly token_type: string;
  readonly scope?: string;
}

export const CLIENT = { client_id: 'batch-job', client_secret: 'a-secret-of-the-tests-only' };
/** A client whose tokens are bound to the certificate that it shows (RFC 8705 3.4). */
export const CERTIFIED_CLIENT = {
  client_id: 'certified-job',
  client_secret: 'another-secret-of-the-tests-only',
};
/** The resource indicator (RFC 8707) that stands for the Secrets API; its tokens have the audience of the API. */
export const RESOURCE = 'urn:crud.secrets';
export const SCOPES = ['read', 'write', 'delete', 'destroy', 'rotate', 'read_metadata', 'set_owner']
  .map((name) => `secrets.${name}`)
  .join(' ');

export async function startOidcProvider(): Promise<OidcProvider> {
  const server = createServer((request, response) => void provider.callback()(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const signingKey = { ...(await exportJWK(privateKey)), kid: 'signing-1', use: 'sig', alg: 'ES256' };
  const provider = new Provider(url, configurationOf(signingKey));
  return {
    url,
    requestToken: (parameters = { resource: RESOURCE, scope: SCOPES }) => requestToken(url, parameters),
    listenWithTls: (authority) => listenWithTls(provider, authority),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const MACHINE = {
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
  id_token_signed_response_alg: 'ES256',
} as const;

type JwksKey = NonNullable<Configuration['jwks']>['keys'][number];

function configurationOf(signingKey: JwksKey): Configuration {
  return {
    jwks: { keys: [signingKey] },
    ttl: { ClientCredentials: 600 },
    clients: [
      { ...CLIENT, ...MACHINE },
      { ...CERTIFIED_CLIENT, ...MACHINE, tls_client_certificate_bound_access_tokens: true },
    ],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      dPoP: { enabled: true },
      mTLS: {
        enabled: true,
        certificateBoundAccessTokens: true,
        getCertificate: ({ socket }) => certificateOf(socket),
      },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          audience: 'crud.secrets',
          scope: SCOPES,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
  };
}

function certificateOf(socket: unknown): string | undefined {
  return socket instanceof TLSSocket && socket.authorized
    ? socket.getPeerX509Certificate()?.toString()
    : undefined;
}

async function listenWithTls(provider: Provider, authority: CertificateAuthority): Promise<TlsEntrance> {
  const { cert, key } = authority.issueServer();
  const options = { cert, key, ca: authority.cert, requestCert: true, rejectUnauthorized: false };
  const server = createTlsServer(options, (request, response) => void provider.callback()(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function requestToken(url: string, parameters: Readonly<Record<string, string>>): Promise<IssuedToken> {
  const response = await fetch(`${url}/token`, {
    method: 'POST',
    headers: {
      Authorization: `Basic ${Buffer.from(`${CLIENT.client_id}:${CLIENT.client_secret}`).toString('base64')}`,
    },
    body: new URLSearchParams({ grant_type: 'client_credentials', ...parameters }),
  });
  if (response.status !== 200)
    throw new Error(`the provider answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as IssuedToken;
}
