import type { AppConfig } from './config/app-config.js';

/** Where the service listens, and three calls to try. */
export function welcome({ http, tls, environment, stores, tenant }: AppConfig, port: number): string {
  const host = http.host.includes(':') ? `[${http.host}]` : http.host;
  const base = `${tls === undefined ? 'http' : 'https'}://${host}:${port}`;
  const mount = tenant.allowedMounts[0] ?? 'secret';
  const scheme = stores.openbao !== undefined ? 'openbao+kv2' : 'yaml';
  const uri = `${scheme}://${mount}/app/api`;
  return [
    `Secrets API listens on ${base} (${environment}). Documentation: ${base}/api/docs`,
    'Three calls to try:',
    `  curl -X POST ${base}/api/secrets -H 'Content-Type: application/json' -d '{"uri":"${uri}#token","value":"s3cr3t"}'`,
    `  curl '${base}/api/secrets/value?uri=${encodeURIComponent(`${uri}#token`)}'`,
    `  curl '${base}/api/secrets/metadata?prefix=${encodeURIComponent(`${scheme}://${mount}/`)}'`,
    '',
  ].join('\n');
}
