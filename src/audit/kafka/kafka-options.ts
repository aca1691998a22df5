import { hostname } from 'node:os';
import { isIP } from 'node:net';
import type { BaseOptions } from '@platformatic/kafka';
import type { KafkaConfig } from '../../config/app-config.js';

const CONNECT_TIMEOUT_MS = 2_000;
/** How long the leader may wait for its replicas; then it says so, and the same batch is sent again. */
const ACKS_TIMEOUT_MS = 4_000;
/** Longer than that: a connection that says nothing that long is dead and is made anew. */
const SILENCE_TIMEOUT_MS = 5_000;
const PAUSE_MAX_MS = 1_000;

/** The settings that every client of the library gets here. */
export function kafkaOptions({ brokers, tls, sasl }: KafkaConfig): BaseOptions {
  return {
    clientId: clientId(),
    bootstrapBrokers: [...brokers],
    connectTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: SILENCE_TIMEOUT_MS,
    timeout: ACKS_TIMEOUT_MS,
    retryDelay: (_client, _operation, attempt) => pauseBeforeRetryMs(attempt),
    // Made by a producer, a topic would have whatever defaults the broker has.
    autocreateTopics: false,
    ...(tls && {
      tls: { ...(tls.caCert !== undefined && { ca: tls.caCert }) },
      // A server name must not be an address (RFC 6066 section 3).
      tlsServerName: brokers.every((broker) => isIP(hostOf(broker)) === 0),
    }),
    ...(sasl && {
      sasl: { mechanism: sasl.mechanism, username: sasl.username, password: sasl.password.open() },
    }),
  };
}

/** In the broker's quotas and logs; told apart by host, so that a replica can be found. */
function clientId(): string {
  return `secrets-api-${hostname().replaceAll(/[^\w.-]/g, '-')}`;
}

function hostOf(broker: string): string {
  return broker.slice(0, broker.lastIndexOf(':')).replace(/^\[(.*)\]$/, '$1');
}

/** From 50 ms to a second, with some chance in it, so that not all processes come back at the same moment. */
function pauseBeforeRetryMs(attempt: number): number {
  return Math.min(PAUSE_MAX_MS, 50 * 2 ** Math.min(attempt - 1, 5)) * (0.75 + Math.random() / 4);
}
