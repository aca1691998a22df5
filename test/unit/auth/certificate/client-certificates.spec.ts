import { execFileSync } from 'node:child_process';
import { Socket } from 'node:net';
import fc from 'fast-check';
import { ClientCertificates } from '../../../../src/auth/certificate/client-certificates.js';
import { SecretError } from '../../../../src/secrets/secret.errors.js';
import { CertificateAuthority } from '../../../support/certificates/certificate-authority.js';
import { testConfig } from '../../../support/config.js';
import { derOf, FORM_NAMES, HEADER_FORMS } from './header-forms.js';
import type { HeaderForm } from './header-forms.js';

const TRUSTED = '10.0.0.0/8,192.0.2.7,fd00::/8,::ffff:198.51.100.0/120';
const authority = new CertificateAuthority();
const client = authority.issueClient();
const { cert: otherCert } = authority.issueClient('/CN=other');
afterAll(() => authority.close());

function peer(remoteAddress: string | undefined): Socket {
  return Object.defineProperty(new Socket(), 'remoteAddress', { value: remoteAddress });
}

/** @returns the thumbprint, `none`, or the code of the refusal with its detail */
function judge(
  form: HeaderForm,
  rawHeaders: readonly string[],
  remoteAddress: string | undefined = '10.1.2.3',
): string {
  const certificates = new ClientCertificates(
    testConfig({ TRUSTED_PROXIES: TRUSTED, CLIENT_CERT_HEADER: form }),
  );
  try {
    return certificates.find({ socket: peer(remoteAddress), rawHeaders: [...rawHeaders] }) ?? 'none';
  } catch (error) {
    if (error instanceof SecretError) return `${error.code}: ${error.detail}`;
    throw error;
  }
}

describe.each(FORM_NAMES)('the certificate header in the form %s', (form) => {
  const { name, write } = HEADER_FORMS[form];
  const malformed = `INVALID_REQUEST: The header ${name} is not exactly one certificate in its form.`;
  const right = write(client.cert);

  it('gives the thumbprint of RFC 8705 3.1, that of openssl', () => {
    const hex = execFileSync(
      'openssl',
      ['x509', '-in', client.certPath, '-noout', '-fingerprint', '-sha256'],
      {
        encoding: 'utf8',
      },
    );
    const digest = Buffer.from(hex.replace(/^.*=/, '').replaceAll(':', '').trim(), 'hex').toString(
      'base64url',
    );
    expect(judge(form, [name, right])).toBe(digest);
    expect(client.thumbprint).toBe(digest);
  });

  it('is read whatever the case of its name and the other headers', () => {
    expect(judge(form, ['Host', name, name.toUpperCase(), right, 'X-Other', right])).toBe(client.thumbprint);
    expect(judge(form, ['Host', 'x', 'Accept', name.toLowerCase()])).toBe('none');
  });

  it('is remembered by its value alone', () => {
    const certificates = new ClientCertificates(
      testConfig({ TRUSTED_PROXIES: TRUSTED, CLIENT_CERT_HEADER: form }),
    );
    const find = (value: string): string | undefined =>
      certificates.find({ socket: peer('10.1.1.1'), rawHeaders: [name, value] });
    const [one, two] = [find(right), find(write(otherCert))];
    expect(one).not.toBe(two);
    for (let time = 0; time < 3; time += 1) expect([find(right), find(write(otherCert))]).toEqual([one, two]);
  });

  it.each(['10.0.0.1', '::ffff:10.255.0.1', '192.0.2.7', 'fd00::1', '198.51.100.9', '::ffff:198.51.100.9'])(
    'is believed from %s',
    (address) => expect(judge(form, [name, right], address)).toBe(client.thumbprint),
  );

  it.each([
    '11.0.0.1',
    '::ffff:11.0.0.1',
    '192.0.2.8',
    'fe80::1%eth0',
    '198.51.101.1',
    '127.0.0.1',
    '::1',
    '',
    'x',
    undefined,
  ])('is refused from %s', (address) => {
    const refusal = `INVALID_REQUEST: The header ${name} comes from an address that is not a trusted gateway.`;
    const source = address ?? '';
    expect(judge(form, [name, right], source)).toBe(refusal);
    expect(judge(form, [name, ''], source)).toBe(refusal);
    expect(judge(form, [name.toLowerCase(), 'x'], source)).toBe(refusal);
    expect(judge(form, [], source)).toBe('none');
  });

  it('is refused when repeated', () => {
    const repeated = `INVALID_REQUEST: The header ${name} is repeated.`;
    expect(judge(form, [name, right, name, right])).toBe(repeated);
    expect(judge(form, [name, right, 'X', 'y', name.toLowerCase(), write(otherCert)])).toBe(repeated);
    expect(judge(form, [name, '', name, right])).toBe(repeated);
  });

  it.each([
    ['nothing', ''],
    ['a word', 'certificate'],
    ['two of them', `${right},${write(otherCert)}`],
    ['two of them and a space', `${right}, ${right}`],
    ['a space before it', ` ${right}`],
    ['something behind it', `${right};x`],
    ['null bytes', '\0\0\0\0'],
    ['percent signs', '%%%'],
    ['the PEM as it is', client.cert.replaceAll('\n', ' ')],
    ['the PEM on folded lines', client.cert.replaceAll('\n', '\n\t')],
    ['DER in hexadecimal', derOf(client.cert).toString('hex')],
  ])('is refused when it holds %s', (_what, value) => {
    expect(judge(form, [name, value])).toBe(malformed);
  });

  it('is refused for whatever is no certificate', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.base64String(), fc.string().map(encodeURIComponent)),
        (text) => {
          expect(judge(form, [name, text])).toBe(malformed);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is not the same certificate with any other letter in it', () => {
    // Of Envoy's header only the certificate is read.
    const start = form === 'envoy' ? right.indexOf('Cert="') : 0;
    const end = form === 'envoy' ? right.indexOf('"', start + 6) : right.length;
    const letter = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 });
    fc.assert(
      fc.property(fc.integer({ min: start, max: end - 1 }), letter, (at, other) => {
        const changed = right.slice(0, at) + other + right.slice(at + 1);
        // The digits of a percent-encoding and the name of Envoy's element have small and capital letters.
        fc.pre(changed.toLowerCase() !== right.toLowerCase());
        expect(judge(form, [name, changed])).not.toBe(client.thumbprint);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a certificate', () => {
  const der = derOf(client.cert);
  const pem = (bytes: Buffer): string =>
    `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
  const forms: readonly (readonly [HeaderForm, (bytes: Buffer) => string])[] = [
    ['rfc9440', (bytes) => `:${bytes.toString('base64')}:`],
    ['nginx', (bytes) => encodeURIComponent(pem(bytes))],
    ['envoy', (bytes) => `Cert="${encodeURIComponent(pem(bytes))}"`],
    ['traefik', (bytes) => bytes.toString('base64')],
  ];

  it.each(forms)('counts only when it is all there is (%s)', (form, write) => {
    const name = HEADER_FORMS[form].name;
    expect(judge(form, [name, write(der)])).toBe(client.thumbprint);
    for (const bytes of [
      Buffer.concat([der, Buffer.from([0])]),
      Buffer.concat([der, derOf(otherCert)]),
      Buffer.concat([Buffer.from([0]), der]),
      der.subarray(0, -1),
      Buffer.from(client.cert),
    ]) {
      expect(judge(form, [name, write(bytes)])).toMatch(/^INVALID_REQUEST: .*not exactly one certificate/);
    }
  });
});

describe('the form of one kind of gateway', () => {
  const base64 = derOf(client.cert).toString('base64');
  const escaped = encodeURIComponent(client.cert);
  const of = (form: HeaderForm, value: string): string =>
    judge(form, [HEADER_FORMS[form].name, value]).split(':')[0] ?? '';

  it.each([
    `:${base64}`,
    `${base64}:`,
    base64,
    `::`,
    `:${base64}:;a=1`,
    `: ${base64}:`,
    `:${base64.replace(/=*$/, '')}===:`,
    `:${base64.replaceAll('+', '-').replaceAll('/', '_')}_:`,
    `"${base64}"`,
  ])('RFC 9440 is a byte sequence and not %s', (value) => {
    expect(of('rfc9440', value)).toBe('INVALID_REQUEST');
  });

  it.each([
    ['with plus signs as they are', escaped.replaceAll('%2B', '+')],
    ['in small letters', escaped.replace(/%../g, (text) => text.toLowerCase())],
    ['with the line ends of Windows', encodeURIComponent(client.cert.replaceAll('\n', '\r\n'))],
    ['without the last line end', escaped.replace(/%0A$/, '')],
  ])('nginx may write it %s', (_how, value) => {
    expect(of('nginx', value)).toBe(client.thumbprint);
  });

  it.each([
    ['two certificates', escaped + encodeURIComponent(otherCert)],
    ['text before it', `x%0A${escaped}`],
    ['a space in it', escaped.replace('%0A', '%20')],
    ['plus signs for spaces', escaped.replaceAll('%20', '+')],
    ['a line that is empty', escaped.replace('%0A', '%0A%0A')],
    ['the header of an encrypted file', escaped.replace('%0A', '%0AProc-Type%3A%204%0A%0A')],
    ['a trusted certificate', escaped.replaceAll('CERTIFICATE', 'TRUSTED%20CERTIFICATE')],
    ['what is encoded twice', encodeURIComponent(escaped)],
  ])('nginx does not write %s', (_what, value) => {
    expect(of('nginx', value)).toBe('INVALID_REQUEST');
  });

  it.each([
    `Cert="${escaped}"`,
    `cert="${escaped}"`,
    `Cert=${escaped}`,
    `By=spiffe://a/b;Hash=00;Cert="${escaped}"`,
    `Cert="${escaped}";Chain="${escaped}${escaped}"`,
    `Cert="${escaped}";Subject="CN=\\"a\\", O=b;c=d\\\\"`,
    `Cert="${escaped}";DNS=a;DNS=b;URI=;URI=x`,
  ])('Envoy may write it so (%#)', (value) => {
    expect(of('envoy', value)).toBe(client.thumbprint);
  });

  it.each([
    ['no certificate', 'By=spiffe://a/b;Hash=00'],
    ['an empty one', 'Cert='],
    ['an empty one in quotes', 'Cert=""'],
    ['two', `Cert="${escaped}";Cert="${escaped}"`],
    ['two in other letters', `Cert="${escaped}";CERT="${escaped}"`],
    ['an element more behind it', `Cert="${escaped}",Hash=00`],
    ['an element more before it', `Hash=00,Cert="${escaped}"`],
    ['an element more, with the same', `Cert="${escaped}",Cert="${escaped}"`],
    ['an empty element', `Cert="${escaped}",`],
    ['a semicolon at its end', `Cert="${escaped}";`],
    ['a semicolon at its start', `;Cert="${escaped}"`],
    ['a quote that does not end', `Cert="${escaped}`],
    ['a quote that ends at a backslash', `Subject="CN=a\\";Cert="${escaped}"`],
    ['text behind the quote', `Cert="${escaped}"x`],
    ['spaces', `Cert = "${escaped}"`],
    ['a name that is none', `Ce rt="${escaped}"`],
    ['no name', `="${escaped}"`],
    ['a chain only', `Chain="${escaped}"`],
    ['one that hides in another value', `Subject="Cert=${escaped}"`],
    ['JSON', JSON.stringify({ Cert: escaped })],
  ])('Envoy does not write %s', (_what, value) => {
    expect(of('envoy', value)).toBe('INVALID_REQUEST');
  });

  it.each([
    ['plain', base64],
    ['query-escaped', encodeURIComponent(base64)],
  ])('Traefik may write it %s', (_how, value) => {
    expect(of('traefik', value)).toBe(client.thumbprint);
  });

  it.each([
    ['a chain', `${base64},${base64}`],
    ['a chain, query-escaped', encodeURIComponent(`${base64},${base64}`)],
    ['both ways of writing a plus sign', `${encodeURIComponent(base64)}+`],
    ['too much padding', `${base64.replace(/=*$/, '')}===`],
    ['line ends', encodeURIComponent(base64.replace(/.{64}/g, '$&\n'))],
    ['the PEM with its lines', escaped],
  ])('Traefik does not write %s', (_what, value) => {
    expect(of('traefik', value)).toBe('INVALID_REQUEST');
  });
});
