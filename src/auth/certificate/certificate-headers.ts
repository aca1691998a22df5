import type { X509Certificate } from 'node:crypto';
import type { GatewayConfig } from '../../config/app-config.js';
import {
  decodePercent,
  MalformedCertificate,
  parseBase64Certificate,
  parseEncodedPem,
} from './certificate-text.js';
import { parseForwardedCertificate } from './forwarded-certificate.js';

/** How gateways tell which certificate a client showed them. */
export interface CertificateHeader {
  readonly name: string;
  /** @throws MalformedCertificate for what is not exactly one certificate */
  readonly parse: (value: string) => X509Certificate;
}

export const CERTIFICATE_HEADERS: Readonly<Record<GatewayConfig['clientCertHeader'], CertificateHeader>> = {
  rfc9440: { name: 'Client-Cert', parse: parseByteSequence },
  nginx: { name: 'X-SSL-Client-Cert', parse: parseEncodedPem },
  envoy: {
    name: 'X-Forwarded-Client-Cert',
    parse: (value) => parseEncodedPem(parseForwardedCertificate(value)),
  },
  traefik: { name: 'X-Forwarded-Tls-Client-Cert', parse: parseBareBase64 },
};

/** RFC 9440 2.2: a Byte Sequence of RFC 8941 3.3.5, the DER in base64 between colons. */
function parseByteSequence(value: string): X509Certificate {
  const base64 = /^:([^:]+):$/.exec(value)?.[1];
  if (base64 === undefined) throw new MalformedCertificate();
  return parseBase64Certificate(base64);
}

/**
 * Traefik's middleware passTLSClientCert with `pem: true`: the PEM without its first and last line and line breaks,
 * query-escaped by some versions. A chain comes as several with commas between, which is not one certificate.
 */
function parseBareBase64(value: string): X509Certificate {
  // In query-escaped text a plus sign would be a space.
  if (!value.includes('%')) return parseBase64Certificate(value);
  if (value.includes('+')) throw new MalformedCertificate();
  return parseBase64Certificate(decodePercent(value));
}
