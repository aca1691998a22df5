import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Sealed } from '../secrets/sealed.js';
import type { About, Variable } from './variable.js';

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

export function filePath(defaultValue: string, about: About): Variable<string> {
  return {
    ...about,
    type: 'path',
    default: resolve(defaultValue),
    defaultNote: defaultValue,
    allowed: 'the path of a file',
    parse: (text) => (text.includes('\0') || text.endsWith('/') ? undefined : resolve(text)),
  };
}

/** The variable holds a path, the value is the PEM text of that file. */
export function certificateFile(about: About): Variable<string | undefined> {
  return {
    ...about,
    type: 'path',
    default: undefined,
    allowed: 'the path of a readable file with certificates in PEM form',
    parse: (path) => {
      try {
        const pem = readFileSync(path, 'utf8');
        const certificates = pem.match(PEM_CERTIFICATE);
        certificates?.forEach((text) => new X509Certificate(text));
        return certificates === null ? undefined : pem;
      } catch {
        return undefined;
      }
    },
  };
}

/** The variable holds a path, the value is the PEM text of that file. */
export function privateKeyFile(about: About): Variable<Sealed<string> | undefined> {
  return {
    ...about,
    type: 'path',
    default: undefined,
    allowed: 'the path of a readable file with one private key in PEM form, without a passphrase',
    parse: (path) => {
      try {
        const pem = readFileSync(path, 'utf8');
        createPrivateKey(pem);
        return new Sealed(pem);
      } catch {
        return undefined;
      }
    },
  };
}
