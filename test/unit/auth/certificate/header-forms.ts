import { X509Certificate } from 'node:crypto';

/** The value of a certificate header as each kind of gateway writes it. */
export const HEADER_FORMS = {
  rfc9440: { name: 'Client-Cert', write: (pem: string) => `:${derOf(pem).toString('base64')}:` },
  nginx: { name: 'X-SSL-Client-Cert', write: (pem: string) => encodeURIComponent(pem) },
  envoy: {
    name: 'X-Forwarded-Client-Cert',
    write: (pem: string) =>
      `Hash=${'0'.repeat(64)};Cert="${encodeURIComponent(pem)}";Subject="CN=a\\,b, O=\\"x\\"";URI=`,
  },
  traefik: { name: 'X-Forwarded-Tls-Client-Cert', write: (pem: string) => derOf(pem).toString('base64') },
} as const;

export type HeaderForm = keyof typeof HEADER_FORMS;
export const FORM_NAMES = Object.keys(HEADER_FORMS) as HeaderForm[];

export function derOf(pem: string): Buffer {
  return new X509Certificate(pem).raw;
}
