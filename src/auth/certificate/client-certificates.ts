import { TLSSocket } from 'node:tls';
import { Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { APP_CONFIG } from '../../config/app-config.js';
import type { AppConfig } from '../../config/app-config.js';
import { SecretError } from '../../secrets/secret.errors.js';
import { CERTIFICATE_HEADERS } from './certificate-headers.js';
import type { CertificateHeader } from './certificate-headers.js';
import { MalformedCertificate, thumbprintOf } from './certificate-text.js';
import { TrustedPeers } from './trusted-peers.js';

/** Reading a certificate costs more than comparing its header with those read before. */
const MAX_KNOWN = 500;

/** The parts of a request that tell which certificate its client has shown. */
export type CertificateSource = Pick<Request, 'rawHeaders' | 'socket'>;

/**
 * Which certificate a client has shown, and whose key it has proved to have in a TLS handshake: with this process, or
 * with a gateway that is believed.
 */
@Injectable()
export class ClientCertificates {
  private readonly header: CertificateHeader;
  private readonly gateways: TrustedPeers;
  /** Thumbprints by the value of the header. */
  private readonly known = new Map<string, string>();

  constructor(@Inject(APP_CONFIG) { gateway }: Pick<AppConfig, 'gateway'>) {
    this.header = CERTIFICATE_HEADERS[gateway.clientCertHeader];
    this.gateways = new TrustedPeers(gateway.trustedProxies);
  }

  /**
   * @returns `x5t#S256` of the client's certificate (RFC 8705 3.1), or undefined where it has shown none. Of a gateway
   *   only the header counts: the certificate of its own socket would be the gateway's.
   * @throws SecretError INVALID_REQUEST for the header from anybody but a gateway, and for one that is not exactly one
   *   certificate
   */
  find({ socket, rawHeaders }: CertificateSource): string | undefined {
    const values = valuesOf(rawHeaders, this.header.name.toLowerCase());
    const [value] = values;
    if (!this.gateways.has(socket.remoteAddress)) {
      if (value !== undefined) throw this.refusal('comes from an address that is not a trusted gateway');
      return findShown(socket);
    }
    if (values.length > 1) throw this.refusal('is repeated');
    return value === undefined ? undefined : this.read(value);
  }

  private read(value: string): string {
    const thumbprint = this.known.get(value) ?? this.parse(value);
    // A `Map` keeps the order of insertion: the first entry is the one used longest ago.
    this.known.delete(value);
    this.known.set(value, thumbprint);
    const [oldest] = this.known.keys();
    if (this.known.size > MAX_KNOWN && oldest !== undefined) this.known.delete(oldest);
    return thumbprint;
  }

  private parse(value: string): string {
    try {
      return thumbprintOf(this.header.parse(value));
    } catch (error) {
      if (error instanceof MalformedCertificate)
        throw this.refusal('is not exactly one certificate in its form');
      throw error;
    }
  }

  private refusal(fault: string): SecretError {
    return new SecretError('INVALID_REQUEST', `The header ${this.header.name} ${fault}.`);
  }
}

/** @param name in lower case */
function valuesOf(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const [sent = '', value = ''] = [rawHeaders[index], rawHeaders[index + 1]];
    if (sent.length === name.length && sent.toLowerCase() === name) values.push(value);
  }
  return values;
}

/** Of a socket of our own, and only where the certificate leads to one of TLS_CLIENT_CA_FILE. */
function findShown(socket: CertificateSource['socket']): string | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const certificate = socket.getPeerX509Certificate();
  return certificate === undefined ? undefined : thumbprintOf(certificate);
}
