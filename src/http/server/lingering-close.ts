import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { ExchangeTurns } from './exchange-turns.js';
import { SERVER_LIMITS } from './server-limits.js';

/**
 * Sends the last bytes and closes in two steps (RFC 9112 9.6): what the peer still sends is read to nowhere until it
 * closes too, or has had its time. Closed at once, unread bytes would reset the connection and take the answer with it.
 */
export function closeLingering(socket: Socket, lastBytes = ''): void {
  discardInput(socket);
  const timer = setTimeout(() => socket.destroy(), SERVER_LIMITS.lingerMs);
  socket.once('close', () => clearTimeout(timer));
  socket.once('end', () => socket.destroySoon());
  socket.end(lastBytes, () => {
    // The peer had closed its side before.
    if (socket.readableEnded) socket.destroy();
  });
}

/** No byte reaches the parser any more. */
export function discardInput(socket: Socket): void {
  socket.removeAllListeners('data');
  // It is a listener that makes Node take the socket back from its parser.
  socket.on('data', () => undefined);
  socket.resume();
}

/** The same where Node closes behind an answer: while the request still arrives, it is not closed at once. */
export function closeInStages(server: Server, turns: ExchangeTurns): void {
  const stage = (socket: Socket): void => {
    const closeAtOnce = socket.destroySoon.bind(socket);
    socket.destroySoon = () => {
      socket.destroySoon = closeAtOnce;
      if (turns.lastOf(socket)?.request.complete === false) closeLingering(socket);
      else closeAtOnce();
    };
  };
  server.on('connection', stage);
  server.on('secureConnection', stage);
}

/**
 * Who has closed its own side after the request is answered all the same, as `nc` and others do; Node would take the
 * answer away that is not there yet. Of an endless answer the other side has gone.
 */
export function answerHalfClosed(server: Server, turns: ExchangeTurns): void {
  // Public since Node 0.7 and in no type or page: https://github.com/nodejs/node/blob/main/lib/_http_server.js
  Object.assign(server, { httpAllowHalfOpen: true });
  const watch = (socket: Socket): void => {
    socket.once('end', () => {
      const response = turns.lastOf(socket)?.response;
      if (response?.headersSent === true && !response.writableEnded) socket.destroy();
    });
  };
  server.on('connection', watch);
  server.on('secureConnection', watch);
}
