import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ExchangeTurns } from './exchange-turns.js';
import { isOpen } from './exchange-turns.js';
import { SERVER_LIMITS } from './server-limits.js';

/**
 * Cuts off peers that ask and do not read. An event stream has no end to wait for: it drops its slow readers itself, and
 * is held here only to taking something at all.
 */
export function cutOffSlowReaders(server: Server, turns: ExchangeTurns): void {
  server.timeout = SERVER_LIMITS.stallTimeoutMs;
  server.on('timeout', (socket: Socket) => {
    const last = turns.lastOf(socket);
    const isWorkedOn = last !== undefined && isOpen(last) && socket.writableLength === 0;
    if (!isWorkedOn) socket.destroy();
  });
}

/** The rest of an answer that its handler has ended has to be taken in its time. */
export function limitAnswer(response: ServerResponse): void {
  const { socket } = response;
  // Nearly always the system has taken the whole answer.
  if (socket === null || socket.writableLength === 0) return;
  const timer = setTimeout(() => socket.destroy(), SERVER_LIMITS.answerTimeoutMs);
  response.once('close', () => clearTimeout(timer));
}
