import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import type { RequestOptions } from 'node:https';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import type { IssuedCertificate } from '../../../support/certificates/certificate-authority.js';

/** `session` is passed on to the connection, though the types of node:https leave it out. */
export type TlsOptions = RequestOptions & Pick<ConnectionOptions, 'session'> & { readonly body?: string };

export interface TlsAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: { readonly code?: string; readonly detail?: string };
  readonly socket: TLSSocket;
}

/** One call over TLS on a connection of its own, with a client certificate or without. */
export function callTls(
  url: string,
  ca: string,
  client: Pick<IssuedCertificate, 'cert' | 'key'> | undefined,
  options: TlsOptions = {},
): Promise<TlsAnswer> {
  const identity = client && { cert: client.cert, key: client.key };
  return new Promise((resolve, reject) => {
    const call = request(url, { ca, agent: false, ...identity, ...options }, (response) => {
      let text = '';
      const socket = response.socket as TLSSocket;
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => {
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, body: JSON.parse(text) as TlsAnswer['body'], socket });
      });
    });
    call.on('error', reject);
    call.end(options.body);
  });
}
