import { loadConfig } from '../../../src/config/load-config.js';
import { RedisConnection } from '../../../src/state/redis-connection.js';
import { RedisState } from '../../../src/state/redis.state.js';

/** A state as the service makes it from its variables, and the lines that it logs. */
export interface OpenedRedisState {
  readonly state: RedisState;
  readonly lines: readonly string[];
}

export async function startRedisState(env: Readonly<Record<string, string>>): Promise<OpenedRedisState> {
  const { state } = loadConfig({ ENVIRONMENT: 'test', ...env });
  if (state.redisUrl === undefined) throw new Error('REDIS_URL is needed');
  const lines: string[] = [];
  const log = {
    info: (_fields: object, message: string): void => void lines.push(message),
    warn: (message: unknown): void => void lines.push(String(message)),
  };
  const connection = await RedisConnection.open(state.redisUrl.open(), state, log);
  return { state: new RedisState(connection), lines };
}
