import type { IncomingMessage } from 'node:http';
import { MAX_BODY_BYTES } from './store-request.js';
import type { StoreRequest } from './store-request.js';

/** One call as it came in; calls that set a test up are not recorded. */
export interface RecordedCall {
  method: string;
  /** Without query, as it came: `/v1/secret/data/app%20x`. */
  path: string;
  /** Path and query. */
  target: string;
  token: string | undefined;
  namespace: string | undefined;
  /** W3C Trace Context. */
  traceparent: string | undefined;
  tracestate: string | undefined;
  /** The body as text, `''` when there is none. */
  body: string;
  /** What was answered; `undefined` as long as nothing was, and where the connection was broken. */
  status: number | undefined;
}

export async function readRequest(incoming: IncomingMessage): Promise<StoreRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += (chunk as Buffer).length;
    // One byte over the limit is enough to refuse; the rest is drained and thrown away.
    if (size <= MAX_BODY_BYTES + 65_536) chunks.push(chunk as Buffer);
  }
  const { method = 'GET', url = '/', headers } = incoming;
  return { method, target: url, headers, body: Buffer.concat(chunks) };
}

export function recordCall(request: StoreRequest): RecordedCall {
  const { method, target, headers, body } = request;
  const path = target.split('?')[0] ?? '';
  return {
    method,
    path,
    target,
    token: textOf(headers['x-vault-token']),
    namespace: textOf(headers['x-vault-namespace']),
    traceparent: textOf(headers['traceparent']),
    tracestate: textOf(headers['tracestate']),
    body: body.toString('utf8'),
    status: undefined,
  };
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
