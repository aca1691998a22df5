import type { KafkaConfig } from './app-config.js';
import type { ConfigValues, Problems } from './variable-reader.js';

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\]):\d+$/;
/** What says nothing without brokers. */
const COMPANIONS = ['KAFKA_TLS', 'KAFKA_CA_CERT', 'KAFKA_USERNAME', 'KAFKA_PASSWORD'] as const;

/** The Kafka that records go to, where one is configured without contradiction. */
export function readKafka(
  values: ConfigValues,
  problems: Problems,
  warnings: string[],
): KafkaConfig | undefined {
  const { KAFKA_BROKERS: brokers, KAFKA_TLS: hasTls, KAFKA_CA_CERT: caCert } = values;
  if (brokers === undefined) {
    // Platforms put such variables into every process, so this does not stop the start.
    const idle = COMPANIONS.filter((name) => values[name]);
    if (idle.length > 0 && !problems.has('KAFKA_BROKERS')) {
      warnings.push(`${idle.join(' and ')} set without KAFKA_BROKERS: no record goes to Kafka.`);
    }
    return undefined;
  }
  if (caCert !== undefined && !hasTls) {
    problems.set(
      'KAFKA_CA_CERT',
      'KAFKA_CA_CERT is set and KAFKA_TLS is false; allowed: with KAFKA_TLS=true',
    );
  }
  return { brokers, tls: hasTls ? { caCert } : undefined, sasl: readSasl(values, brokers, problems) };
}

function readSasl(values: ConfigValues, brokers: readonly string[], problems: Problems): KafkaConfig['sasl'] {
  const { KAFKA_USERNAME: username, KAFKA_PASSWORD: password, KAFKA_SASL_MECHANISM: mechanism } = values;
  if (username === undefined && password === undefined) return undefined;
  if (username === undefined || password === undefined) {
    const [missing, given] =
      username === undefined
        ? (['KAFKA_USERNAME', 'KAFKA_PASSWORD'] as const)
        : (['KAFKA_PASSWORD', 'KAFKA_USERNAME'] as const);
    if (!problems.has(missing)) {
      problems.set(missing, `${missing} is not set, though ${given} is; allowed: both of them or none`);
    }
    return undefined;
  }
  // RFC 4616 section 4: PLAIN shows the password to whoever listens.
  const isDevelopment = values.ENVIRONMENT === 'dev' || values.ENVIRONMENT === 'test';
  const isReadable = mechanism === 'PLAIN' && !values.KAFKA_TLS;
  if (isReadable && !isDevelopment && !brokers.every((broker) => LOOPBACK.test(broker))) {
    problems.set(
      'KAFKA_SASL_MECHANISM',
      'KAFKA_SASL_MECHANISM holds "PLAIN" and KAFKA_TLS is false, so the password would be sent in the clear; allowed: with KAFKA_TLS=true, on loopback, or in dev and test',
    );
  }
  return { mechanism, username, password };
}
