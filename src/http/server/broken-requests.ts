import type { IncomingMessage } from 'node:http';
import type { SecretError } from '../../secrets/secret.errors.js';

const FAILURE = Symbol('secrets-api failure of the message');

interface CanBeBroken {
  [FAILURE]?: SecretError;
}

/** The rest of a request that has begun cannot be read: its handler answers that, now or when it asks for the body. */
export function breakRequest(request: IncomingMessage, failure: SecretError): void {
  (request as CanBeBroken)[FAILURE] = failure;
  // Without a listener the event would be a fault of the process.
  if (request.listenerCount('error') > 0) request.emit('error', failure);
}

/** Why the rest of the request cannot be read, if it cannot. */
export function failureOf(request: IncomingMessage): SecretError | undefined {
  return (request as CanBeBroken)[FAILURE];
}
