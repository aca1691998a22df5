import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { TlsConfig } from './app-config.js';
import type { ConfigValues, Problems } from './variable-reader.js';

/** The TLS socket of the service; every combination that would be less than it seems is a problem. */
export function readTls(values: ConfigValues, problems: Problems, warnings: string[]): TlsConfig | undefined {
  const { TLS_CERT_FILE: cert, TLS_KEY_FILE: key, TLS_CLIENT_CA_FILE: clientCa } = values;
  const { TLS_CLIENT_AUTH: clientAuth } = values;
  refuseHalves(values, problems);
  if (clientCa !== undefined && clientAuth === 'off') {
    warnings.push(
      'TLS_CLIENT_CA_FILE is set and TLS_CLIENT_AUTH is off: callers are asked for no certificate.',
    );
  }
  if (cert === undefined || key === undefined) return undefined;
  if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key.open()))) {
    report(problems, 'TLS_KEY_FILE', 'TLS_KEY_FILE is not the key of the certificate in TLS_CERT_FILE');
  }
  return { cert, key, clientCa, clientAuth };
}

function refuseHalves(values: ConfigValues, problems: Problems): void {
  const { TLS_CERT_FILE: cert, TLS_KEY_FILE: key, TLS_CLIENT_CA_FILE: clientCa } = values;
  const isAsked = values.TLS_CLIENT_AUTH !== 'off';
  if (key === undefined && cert !== undefined)
    reportMissing(problems, 'TLS_KEY_FILE', 'TLS_CERT_FILE is set');
  if (cert === undefined && key !== undefined)
    reportMissing(problems, 'TLS_CERT_FILE', 'TLS_KEY_FILE is set');
  if (!isAsked) return;
  const reason = `TLS_CLIENT_AUTH is ${values.TLS_CLIENT_AUTH}`;
  if (cert === undefined) reportMissing(problems, 'TLS_CERT_FILE', reason);
  if (clientCa === undefined) reportMissing(problems, 'TLS_CLIENT_CA_FILE', reason);
}

function reportMissing(problems: Problems, name: string, reason: string): void {
  report(problems, name, `${name} is not set, though ${reason}; allowed: the path of a file in PEM form`);
}

/** A variable that was refused before counts as not set here; its first fault is the one to tell. */
function report(problems: Problems, name: string, problem: string): void {
  if (!problems.has(name)) problems.set(name, problem);
}
