import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { SecretError } from '../secrets/secret.errors.js';
import type { ErrorCode } from '../secrets/secret.errors.js';
import { describeProblem, headersOf } from './problem.js';
import type { BrokenPacket, RefusedRequests } from './refused-requests.js';
import { breakRequest } from './server/broken-requests.js';
import { isOpen } from './server/exchange-turns.js';
import type { ExchangeTurns } from './server/exchange-turns.js';
import { closeLingering, discardInput } from './server/lingering-close.js';

const CODES: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
};
/** Nobody is there, or nobody who could read an answer. */
const SPEECHLESS = /^(?:ECONNRESET|EPIPE|ERR_SSL_|ERR_TLS_)/;
/** Bytes behind a request that announced the end of the connection: nothing is owed to them (RFC 9112 9.6). */
const BEHIND_THE_END = 'HPE_CLOSED_CONNECTION';

type ParserFailure = NodeJS.ErrnoException & BrokenPacket;

/**
 * Requests that Node's parser refuses reach no handler: they get the same problem shape, behind the answers to those
 * before them, and the connection ends. Where the failure is in a body its handler answers, so that no request has two.
 */
export function answerParserFailures(server: Server, turns: ExchangeTurns, refused: RefusedRequests): void {
  const failed = new WeakSet<Socket>();
  server.on('clientError', (failure: ParserFailure, socket: Socket) => {
    // A peer that sends nothing at all is no request that could be answered.
    const isSilent = socket.bytesRead === 0;
    if (!socket.writable || isSilent || SPEECHLESS.test(failure.code ?? '')) {
      socket.destroy();
      return;
    }
    if (failed.has(socket)) return;
    failed.add(socket);
    answerInTurn(socket, turns, failure, refused);
  });
  // Without a listener Node would close the connection and say nothing.
  server.on('connect', (_request: IncomingMessage, socket: Socket) => {
    const failure = Object.assign(new Error(), { code: 'CONNECT' });
    socket.on('error', () => socket.destroy());
    answerInTurn(socket, turns, failure, refused);
  });
}

function answerInTurn(
  socket: Socket,
  turns: ExchangeTurns,
  failure: ParserFailure,
  refused: RefusedRequests,
): void {
  discardInput(socket);
  const error = describeFailure(failure);
  const last = turns.lastOf(socket);
  const finish = (): void => {
    if (socket.destroyed) return;
    const isOwed = last?.request.complete !== false && failure.code !== BEHIND_THE_END;
    if (isOwed) void refuse(socket, error, failure, refused);
    else closeLingering(socket);
  };
  if (last === undefined || !isOpen(last)) {
    finish();
    return;
  }
  last.response.once('close', finish);
  if (!last.request.complete) breakRequest(last.request, error);
}

async function refuse(
  socket: Socket,
  error: SecretError,
  packet: BrokenPacket,
  refused: RefusedRequests,
): Promise<void> {
  const correlationId = randomUUID();
  const answer = await refused.record(error, correlationId, packet);
  closeLingering(socket, rawAnswer(answer, correlationId));
}

function describeFailure({ code = '' }: ParserFailure): SecretError {
  const known = CODES[code];
  if (known !== undefined) return new SecretError(known);
  const isConnect = code === 'CONNECT';
  const reason = isConnect ? 'The service is no proxy.' : 'The request is not well-formed HTTP/1.1.';
  return new SecretError('INVALID_REQUEST', reason);
}

function rawAnswer(error: SecretError, correlationId: string): string {
  const body = JSON.stringify(describeProblem(error, '/', correlationId));
  const headers = [
    ...headersOf(error),
    ['X-Correlation-Id', correlationId],
    ['Content-Length', String(Buffer.byteLength(body))],
    ['Connection', 'close'],
  ].map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? ''}\r\n${headers.join('')}\r\n${body}`;
}
