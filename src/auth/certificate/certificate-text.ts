import { hash, X509Certificate } from 'node:crypto';

/** RFC 4648 4, with its padding. */
const BASE64 = /^[A-Za-z\d+/]+={0,2}$/;
/** RFC 7468 3, one certificate and nothing around it. */
const PEM =
  /^-----BEGIN CERTIFICATE-----\r?\n((?:[A-Za-z\d+/]+={0,2}\r?\n)+)-----END CERTIFICATE-----(?:\r?\n)?$/;
/** What stands in percent-encoded text as it is; a plus sign too, which is no space here. */
const ENCODED = /^(?:[\w.~!$&'()*+,;=:@/-]|%[\da-fA-F]{2})+$/;

/** Text that is no certificate. It says nothing of what it is. */
export class MalformedCertificate extends Error {}

/** `x5t#S256` of RFC 8705 3.1: base64url of the SHA-256 of the DER. */
export function thumbprintOf(certificate: X509Certificate): string {
  return hash('sha256', certificate.raw, 'base64url');
}

/**
 * @param text base64 of one certificate in DER form, in its one spelling and with nothing behind the certificate
 * @throws MalformedCertificate
 */
export function parseBase64Certificate(text: string): X509Certificate {
  const der = Buffer.from(text, 'base64');
  if (!BASE64.test(text) || der.toString('base64') !== text) throw new MalformedCertificate();
  return parseDer(der);
}

/**
 * @param text percent-encoded PEM of one certificate
 * @throws MalformedCertificate
 */
export function parseEncodedPem(text: string): X509Certificate {
  const base64 = PEM.exec(decodePercent(text))?.[1];
  if (base64 === undefined) throw new MalformedCertificate();
  return parseBase64Certificate(base64.replaceAll(/\r?\n/g, ''));
}

/** @throws MalformedCertificate where the text is not percent-encoded ASCII */
export function decodePercent(text: string): string {
  if (!ENCODED.test(text)) throw new MalformedCertificate();
  return text.replaceAll(/%(..)/g, (_encoded, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}

/** The reader takes PEM too, and stops at the end of the certificate: what it read has to be all there is. */
function parseDer(der: Buffer): X509Certificate {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(der);
  } catch {
    throw new MalformedCertificate();
  }
  if (!certificate.raw.equals(der)) throw new MalformedCertificate();
  return certificate;
}
