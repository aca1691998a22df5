import { execFileSync } from 'node:child_process';
import { hash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A key and its certificate, made for one test run. */
export interface IssuedCertificate {
  readonly cert: string;
  readonly key: string;
  readonly certPath: string;
  readonly keyPath: string;
  /** `x5t#S256` (RFC 8705 3.1). */
  readonly thumbprint: string;
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** A certificate authority of one test, by the machine's openssl: node:crypto reads certificates and makes none. */
export class CertificateAuthority {
  readonly certPath: string;
  readonly cert: string;
  private readonly folder = mkdtempSync(join(tmpdir(), 'ca-'));
  private count = 0;

  constructor(name = 'test authority') {
    this.certPath = join(this.folder, 'ca.pem');
    const basics = ['req', '-x509', ...KEY, '-days', '2', '-subj', `/CN=${name}`, '-out', this.certPath];
    this.openssl(...basics, '-keyout', join(this.folder, 'ca.key'));
    this.cert = readFileSync(this.certPath, 'utf8');
  }

  /** For a server on loopback. */
  issueServer(): IssuedCertificate {
    return this.issue('/CN=localhost', ['subjectAltName=IP:127.0.0.1,DNS:localhost']);
  }

  issueClient(subject = '/CN=client'): IssuedCertificate {
    return this.issue(subject, ['extendedKeyUsage=clientAuth']);
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private issue(subject: string, extensions: readonly string[]): IssuedCertificate {
    const base = join(this.folder, `${(this.count += 1)}`);
    const [certPath, keyPath] = [`${base}.pem`, `${base}.key`];
    writeFileSync(`${base}.ext`, extensions.join('\n'));
    this.openssl('req', ...KEY, '-subj', subject, '-keyout', keyPath, '-out', `${base}.csr`, '-utf8');
    const signing = [
      '-CA',
      this.certPath,
      '-CAkey',
      join(this.folder, 'ca.key'),
      '-CAcreateserial',
      '-days',
      '2',
    ];
    this.openssl(
      'x509',
      '-req',
      '-in',
      `${base}.csr`,
      ...signing,
      '-extfile',
      `${base}.ext`,
      '-out',
      certPath,
    );
    const cert = readFileSync(certPath, 'utf8');
    const thumbprint = hash('sha256', new X509Certificate(cert).raw, 'base64url');
    return { cert, key: readFileSync(keyPath, 'utf8'), certPath, keyPath, thumbprint };
  }

  private openssl(...parameters: readonly string[]): void {
    execFileSync('openssl', parameters, { stdio: ['ignore', 'ignore', 'pipe'] });
  }
}
