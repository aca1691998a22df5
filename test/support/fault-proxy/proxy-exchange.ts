import { once } from 'node:events';
import { request } from 'node:http';
import type { Agent, IncomingMessage, ServerResponse } from 'node:http';

export interface UpstreamAnswer {
  readonly status: number;
  readonly headers: Record<string, string | string[]>;
  readonly body: Buffer;
}

/** Asks the store what came in. @param body of the call, read already */
export async function forward(
  { method, url, headers }: IncomingMessage,
  body: Buffer,
  { hostname, port }: URL,
  agent: Agent,
): Promise<UpstreamAnswer> {
  const { connection: _, 'transfer-encoding': __, ...passed } = headers;
  const outgoing = request({
    ...{ hostname, port, method, path: url, agent },
    headers: { ...passed, 'content-length': body.length },
  });
  outgoing.end(body);
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return {
    status: incoming.statusCode ?? 502,
    headers: keptHeaders(incoming),
    body: Buffer.concat(chunks),
  };
}

/** Without those that speak of the connection to the store. */
function keptHeaders({ headers }: IncomingMessage): Record<string, string | string[]> {
  const kept = Object.entries(headers).filter(
    (entry): entry is [string, string | string[]] =>
      entry[1] !== undefined && !['connection', 'keep-alive', 'transfer-encoding'].includes(entry[0]),
  );
  return Object.fromEntries(kept);
}

export function writeStatus(outgoing: ServerResponse, status: number): void {
  outgoing
    .writeHead(status, { 'content-type': 'application/json' })
    .end(JSON.stringify({ errors: ['fault proxy'] }));
}

/** Says how long the answer is, sends half of it and closes. */
export function writeHalf(outgoing: ServerResponse, { status, headers, body }: UpstreamAnswer): void {
  if (body.length === 0) return void outgoing.socket?.resetAndDestroy();
  outgoing.writeHead(status, { ...headers, 'content-length': String(body.length) });
  outgoing.write(body.subarray(0, body.length >> 1), () => outgoing.socket?.destroy());
}
