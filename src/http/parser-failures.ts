import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { STATUS_CODES } from 'node:http';
import { SecretError } from '../secrets/secret.errors.js';
import type { ErrorCode } from '../secrets/secret.errors.js';
import { describeProblem, headersOf } from './problem.js';

const CODES: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
};

/** Requests that Node's parser refuses reach no handler: they get the same problem shape, and the connection ends. */
export function answerParserFailures(server: Server): void {
  server.on('clientError', (failure: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || failure.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const code = CODES[failure.code ?? ''] ?? 'INVALID_REQUEST';
    const error = new SecretError(
      code,
      code === 'INVALID_REQUEST' ? 'The request is not well-formed HTTP/1.1.' : undefined,
    );
    socket.end(rawAnswer(error), () => socket.destroy());
  });
}

function rawAnswer(error: SecretError): string {
  const correlationId = randomUUID();
  const body = JSON.stringify(describeProblem(error, '/', correlationId));
  const headers = [
    ...headersOf(error),
    ['X-Correlation-Id', correlationId],
    ['Content-Length', String(Buffer.byteLength(body))],
    ['Connection', 'close'],
  ].map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? ''}\r\n${headers.join('')}\r\n${body}`;
}
