import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** A request and its answer on one connection. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/**
 * Requests of one connection, one after the other. Node starts pipelined requests side by side: a read would then not
 * see the write in front of it (RFC 9112 9.3.2 allows that for safe methods only), and the answers to a segment full of
 * requests would all wait in memory for a peer that takes none of them.
 */
export class ExchangeTurns {
  private readonly last = new WeakMap<Socket, Exchange>();

  /** The youngest request of the connection, answered or not. */
  lastOf(socket: Socket): Exchange | undefined {
    return this.last.get(socket);
  }

  /** Calls the handler when every answer before has been taken. */
  inTurn(handle: RequestListener): RequestListener {
    return (request, response) => {
      const { socket } = request;
      const before = this.last.get(socket);
      this.last.set(socket, { request, response });
      const start = (): void => {
        // Behind the request that ended the connection nothing is done any more (RFC 9112 9.6).
        if (socket.writable) handle(request, response);
      };
      if (before !== undefined && isOpen(before)) before.response.once('close', start);
      // The parser is given the time to refuse the part of a body that is there already.
      else if (hasBody(request)) setImmediate(start);
      else start();
    };
  }
}

/** The service stops: behind the last answer the connection is not kept. */
export function closeBehind(response: ServerResponse, turns: ExchangeTurns): void {
  const { socket } = response.req;
  response.once('finish', () => {
    if (turns.lastOf(socket)?.response === response) socket.destroySoon();
  });
}

/** Whether the answer has not been taken yet. */
export function isOpen({ response }: Exchange): boolean {
  return !response.closed;
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}
