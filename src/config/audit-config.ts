import type { AppConfig } from './app-config.js';
import { readKafka } from './kafka-config.js';
import type { ConfigValues, Problems } from './variable-reader.js';

/** What of the trail is kept where. */
export function readAudit(values: ConfigValues, problems: Problems, warnings: string[]): AppConfig['audit'] {
  const isDevelopment = values.ENVIRONMENT === 'dev' || values.ENVIRONMENT === 'test';
  if (values.AUDIT_SHOW_URI && !isDevelopment) {
    warnings.push('AUDIT_SHOW_URI is true and has no effect outside dev and test.');
  }
  const kafka = readKafka(values, problems, warnings);
  if (values.AUDIT_MODE === 'required' && values.AUDIT_FILE === undefined && kafka === undefined) {
    warnings.push(
      'AUDIT_MODE is required and neither AUDIT_FILE nor KAFKA_BROKERS is set: records are kept in the log only.',
    );
  }
  return {
    mode: values.AUDIT_MODE,
    file: values.AUDIT_FILE,
    fileMaxBytes: values.AUDIT_FILE_MAX_BYTES,
    format: values.AUDIT_FORMAT,
    kafka,
    bufferSize: values.AUDIT_BUFFER_SIZE,
    streamsMax: values.AUDIT_SSE_MAX,
    showsAddresses: values.AUDIT_SHOW_URI && isDevelopment,
    hasEndpoints: isDevelopment || values.SECRETS_DEV_ENDPOINTS,
  };
}
