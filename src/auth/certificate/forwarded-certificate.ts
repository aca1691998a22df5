import { MalformedCertificate } from './certificate-text.js';

/**
 * One `key=value` of Envoy's X-Forwarded-Client-Cert: a value in double quotes, in which a backslash takes the next
 * character along, or a bare one without any of `,;="`. Behind it the end, or a semicolon and the next pair.
 */
const PAIR = /([A-Za-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^",;=]*))(;|$)/y;

/**
 * Reads the `Cert` of the one element of an X-Forwarded-Client-Cert. A second element, behind a comma, is the word of
 * another hop: which of them the gateway vouches for depends on how it is set up, so several are none.
 * @returns the certificate as it stands there: percent-encoded PEM
 * @throws MalformedCertificate for any other form, a second element, and no or a repeated `Cert`
 */
export function parseForwardedCertificate(value: string): string {
  const found: string[] = [];
  let separator: string | undefined = ';';
  PAIR.lastIndex = 0;
  while (separator === ';') {
    const [pair, key = '', quoted, bare = '', behind] = PAIR.exec(value) ?? [];
    if (pair === undefined) throw new MalformedCertificate();
    if (key.toLowerCase() === 'cert') found.push(quoted ?? bare);
    separator = behind;
  }
  const [certificate] = found;
  if (certificate === undefined || found.length > 1) throw new MalformedCertificate();
  return certificate;
}
