import { execFileSync } from 'node:child_process';
import { hash, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { findProgram } from './machine.mjs';
import { makeFolder } from './teams.mjs';

/** @returns the certificate as a gateway says it (RFC 9440) and its thumbprint; undefined where there is no openssl */
export function makeClientCertificate(bench) {
  const openssl = findProgram('openssl');
  if (openssl === undefined) return undefined;
  const folder = makeFolder(bench);
  const path = join(folder, 'client.pem');
  const key = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-keyout',
    join(folder, 'key.pem'),
  ];
  execFileSync(openssl, ['req', '-x509', ...key, '-days', '2', '-subj', '/CN=bench', '-out', path], {
    stdio: 'ignore',
  });
  const { raw } = new X509Certificate(readFileSync(path));
  return { header: `:${raw.toString('base64')}:`, thumbprint: hash('sha256', raw, 'base64url') };
}
