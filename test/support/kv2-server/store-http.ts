import { request as requestHttp } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';

export interface StoreAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** The answer as JSON, `undefined` when it is none. */
  body: Record<string, unknown> | undefined;
  /** `data` of the answer's wrapper, `{}` when there is none. */
  data: Record<string, unknown>;
  /** `errors` of the answer, `[]` when there are none. */
  errors: string[];
}

export interface StoreCallOptions {
  headers: Record<string, string>;
  body?: unknown;
}

/**
 * One call whose path (query included) is sent exactly as given (no client that cleans paths could ask for `/a/../b`).
 * @throws the socket's error when the connection fails or ends early
 */
export function callStore(
  origin: string,
  method: string,
  path: string,
  options: StoreCallOptions,
): Promise<StoreAnswer> {
  const { hostname, port, protocol } = new URL(origin);
  const payload = encodePayload(options.body);
  const headers: Record<string, string | number> = { ...options.headers };
  if (payload !== undefined) headers['Content-Length'] = payload.length;
  const start = protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    // The certificate of a test is not what is being tested here.
    const tls = protocol === 'https:' ? { rejectUnauthorized: false } : {};
    const target = { hostname, port, method, path, headers, agent: false, ...tls };
    const outgoing = start(target, (incoming) => void readAnswer(incoming).then(resolve, reject));
    outgoing.on('error', reject);
    outgoing.end(payload);
  });
}

function encodePayload(body: unknown): Buffer | undefined {
  if (body === undefined || Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

async function readAnswer(incoming: IncomingMessage): Promise<StoreAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const body = parseObject(text);
  return {
    status: incoming.statusCode ?? 0,
    headers: incoming.headers,
    text,
    body,
    data: (body?.data as Record<string, unknown> | null | undefined) ?? {},
    errors: (body?.errors as string[] | undefined) ?? [],
  };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined; // an answer that was cut or garbled on purpose
  }
}
