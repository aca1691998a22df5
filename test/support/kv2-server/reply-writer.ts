import type { ServerResponse } from 'node:http';
import type { StoreReply } from './store-reply.js';

/** Puts a reply on the wire with the headers of the real store. */
export function writeReply(outgoing: ServerResponse, reply: StoreReply): void {
  const isBare = 'contentType' in reply && reply.contentType === undefined;
  const headers: Record<string, string | number> = isBare
    ? {}
    : {
        'Cache-Control': 'no-store',
        'Content-Type': reply.contentType ?? 'application/json',
        'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
      };
  if (reply.status !== 204) headers['Content-Length'] = Buffer.byteLength(reply.text ?? '');
  outgoing.writeHead(reply.status, { ...headers, ...reply.headers });
  outgoing.end(reply.text);
}

/** Half of what was announced, then the end of the connection. */
export function writeHalf(outgoing: ServerResponse, reply: StoreReply): void {
  const text = reply.text ?? '{"errors":[]}\n';
  outgoing.writeHead(reply.status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
  });
  outgoing.write(text.slice(0, Math.ceil(text.length / 2)), () => outgoing.socket?.destroy());
}

const PIECE = 'x'.repeat(65_536);

/** An answer that goes on until the caller hangs up (or `bytes` are sent), as fast as it is taken. */
export function writeEndless(outgoing: ServerResponse, bytes: number): void {
  outgoing.writeHead(200, { 'Content-Type': 'application/json' });
  let left = bytes;
  const more = (): void => {
    while (left > 0 && !outgoing.destroyed) {
      left -= PIECE.length;
      if (!outgoing.write(PIECE)) {
        outgoing.once('drain', more);
        return;
      }
    }
    if (!outgoing.destroyed) outgoing.end('"}}}');
  };
  outgoing.write('{"data":{"data":{"token":"', more);
}
