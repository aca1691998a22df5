import type { AppConfig } from './app-config.js';
import type { ConfigValues, Problems } from './variable-reader.js';

/** Where the shared state is: Redis, where it is configured without contradiction, else memory. */
export function readState(values: ConfigValues, problems: Problems, warnings: string[]): AppConfig['state'] {
  const { REDIS_URL: redisUrl, REDIS_PASSWORD: redisPassword, REDIS_CA_CERT: redisCaCert } = values;
  const state = { redisUrl, redisPassword, redisCaCert };
  if (redisUrl === undefined) {
    // Platforms put such variables into every process, so this does not stop the start.
    const idle = [redisPassword && 'REDIS_PASSWORD', redisCaCert && 'REDIS_CA_CERT'].filter(Boolean);
    if (idle.length > 0 && !problems.has('REDIS_URL')) {
      warnings.push(`${idle.join(' and ')} set without REDIS_URL: the state of this process is not shared.`);
    }
    return state;
  }
  const { protocol, password } = new URL(redisUrl.open());
  if (redisPassword !== undefined && password !== '') {
    problems.set(
      'REDIS_PASSWORD',
      'REDIS_PASSWORD is set and REDIS_URL holds a password too; allowed: one of them',
    );
  }
  if (redisCaCert !== undefined && protocol !== 'rediss:') {
    problems.set(
      'REDIS_CA_CERT',
      'REDIS_CA_CERT is set and REDIS_URL has no TLS; allowed: with a rediss:// address',
    );
  }
  return state;
}
