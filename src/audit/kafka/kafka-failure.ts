/** What the broker says of the messages themselves: sent again they would be refused again. */
const REFUSALS = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
  'UNSUPPORTED_FOR_MESSAGE_FORMAT',
]);

export function isRefusal(error: unknown): boolean {
  return [...causesOf(error)].some(({ apiId }) => typeof apiId === 'string' && REFUSALS.has(apiId));
}

/**
 * Why Kafka could not be used, in words that hold nothing of what was sent: messages of the library may quote it, and
 * those of a broker are its own.
 */
export function describeKafkaFailure(error: unknown): string {
  const causes = [...causesOf(error)];
  const topic = causes
    .map(({ message }) => /^Unknown topic (\S+)\.$/.exec(textOf(message))?.[1])
    .find(Boolean);
  if (topic !== undefined) return `the topic "${topic}" does not exist, and the service makes none`;
  const told = causes.map(({ apiId }) => apiId).find((id) => typeof id === 'string');
  if (told !== undefined) return explain(told);
  if (causes.some(({ message }) => textOf(message) === 'Broker requires TLS.'))
    return 'the broker speaks TLS, and KAFKA_TLS is false';
  const codes = causes.map(({ code }) => code).filter((code) => typeof code === 'string');
  // The cause of a cause tells most: no connection, because of the name, the port, the certificate.
  const system = codes.findLast((code) => !code.startsWith('PLT_KFK_'));
  if (system !== undefined) return system;
  if (causes.some(({ message }) => /tim(ed|e) ?out/i.test(textOf(message)))) return 'no answer in time';
  return codes.at(-1) ?? (error instanceof Error ? error.name : 'for no reason that it tells');
}

function explain(apiId: string): string {
  if (/^(SASL_AUTHENTICATION_FAILED|UNSUPPORTED_SASL_MECHANISM|ILLEGAL_SASL_STATE)$/.test(apiId))
    return `the broker does not let the service in (${apiId})`;
  if (apiId.endsWith('_AUTHORIZATION_FAILED')) return `the service may not do that there (${apiId})`;
  return apiId;
}

interface Cause {
  readonly message?: unknown;
  readonly code?: unknown;
  readonly apiId?: unknown;
}

/** The error and all that led to it, from the outside in. */
function* causesOf(error: unknown): Generator<Cause> {
  if (typeof error !== 'object' || error === null) return;
  yield error;
  // Only the latest of many attempts: those before were other failures, or the same.
  if ('errors' in error && Array.isArray(error.errors)) yield* causesOf(error.errors.at(-1));
  if ('cause' in error) yield* causesOf(error.cause);
}

function textOf(message: unknown): string {
  return typeof message === 'string' ? message : '';
}
