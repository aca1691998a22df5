import type { AppConfig } from './config/app-config.js';

/** Addresses that mean every interface, and where a caller on this machine finds them. */
const LOCAL: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** Where the service listens, where to watch it and, for developers, three calls to try. */
export function welcome(config: AppConfig, port: number): string {
  const { http, tls, environment } = config;
  const host = LOCAL[http.host] ?? http.host;
  const base = `${tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const where = `Secrets API listens on ${base} (${environment}). Documentation: ${base}/api/docs`;
  const isForDevelopers = environment === 'dev' || environment === 'test';
  const console = config.audit.hasEndpoints ? [`What happens, as it happens: ${base}/console`] : [];
  return `${[where, ...console, ...(isForDevelopers ? callsToTry(config, base) : [])].join('\n')}\n`;
}

function callsToTry({ stores, tenant }: AppConfig, base: string): readonly string[] {
  const scheme = stores.openbao === undefined ? 'yaml' : 'openbao+kv2';
  const mount = `${scheme}://${tenant.allowedMounts[0] ?? 'secret'}/`;
  const key = `${mount}app/api#token`;
  return [
    'Three calls to try:',
    `  curl -X POST ${base}/api/secrets -H 'Content-Type: application/json' -d '{"uri":"${key}","value":"s3cr3t"}'`,
    `  curl '${base}/api/secrets/value?uri=${encodeURIComponent(key)}'`,
    `  curl '${base}/api/secrets/metadata?prefix=${encodeURIComponent(mount)}'`,
  ];
}
