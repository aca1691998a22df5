import { isIP } from 'node:net';
import type { RedisOptions } from 'ioredis';
import type { AppConfig } from '../config/app-config.js';

const DEFAULT_PORT = 6379;
const CONNECT_TIMEOUT_MS = 2_000;
/** Longer than a step may take: a connection that says nothing that long is dead and is made anew. */
const SILENCE_TIMEOUT_MS = 2_000;
const DISCONNECT_TIMEOUT_MS = 100;

/**
 * The settings of the library. With `maxRetriesPerRequest` 0 whatever is under way when a connection breaks is rejected at
 * once; with more, it would be sent again after the next one is made, and a grant could be filled up for the second time.
 * @param url of the form that the configuration has checked
 */
export function redisOptions(
  url: string,
  settings: Omit<AppConfig['state'], 'redisUrl'>,
): RedisOptions & { replyMapping: 'legacy' } {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const secret = settings.redisPassword?.open() ?? decodeURIComponent(password);
  return {
    host,
    port: port === '' ? DEFAULT_PORT : Number(port),
    db: Number(pathname.slice(1)),
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(secret !== '' && { password: secret }),
    ...(protocol === 'rediss:' && { tls: tlsOptions(host, settings.redisCaCert) }),
    protocol: 2,
    replyMapping: 'legacy',
    disableClientInfo: true,
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_TIMEOUT_MS,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    retryStrategy: pauseBeforeRetryMs,
    // After a failover the name leads to the new primary, an old connection to what is now a replica.
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
  };
}

function tlsOptions(host: string, ca: string | undefined): NonNullable<RedisOptions['tls']> {
  // A server name must not be an address (RFC 6066 section 3); the certificate is checked against it all the same.
  return { ...(ca !== undefined && { ca }), ...(isIP(host) === 0 && { servername: host }) };
}

/** From 50 ms to a second, with some chance in it, so that not all processes come back at the same moment. */
function pauseBeforeRetryMs(attempt: number): number {
  return Math.min(1_000, 50 * 2 ** Math.min(attempt - 1, 5)) * (0.75 + Math.random() / 4);
}
