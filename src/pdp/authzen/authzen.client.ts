import { Agent } from 'undici';
import type { Dispatcher } from 'undici';
import { describeClientSpan } from '../../observability/client-span.js';
import { inSpan, traceHeaders } from '../../observability/trace-context.js';
import { hasDuplicateKeys, isJsonObject, parseJson } from '../../secrets/json.js';
import type { JsonObject } from '../../secrets/json.js';
import type { Sealed } from '../../secrets/sealed.js';
import { AuthzenFailure } from './authzen-failure.js';

/** Contract section 5: an answer over 1 MiB is no decision. */
const MAX_ANSWER_BYTES = 1024 * 1024;
/** Of the body of an error that is read to keep its connection; longer ones cost the connection. */
const DRAINED_BYTES = 16 * 1024;
const CONNECTIONS = 64;
const JSON_TYPE = /^application\/json[ \t]*(?:;|$)/i;
/** The peer closed an idle connection at the moment it was used again. */
const LOST_CONNECTION: ReadonlySet<unknown> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

export interface AuthzenClientOptions {
  readonly token: Sealed<string> | undefined;
  /** PEM text; undefined: the authorities of the system. */
  readonly caCert: string | undefined;
  readonly timeoutMs: number;
}

export interface AuthzenCall {
  /** Absolute. */
  readonly url: string;
  /** Undefined: a GET. */
  readonly body?: string;
  /** Sent as X-Request-ID. */
  readonly requestId?: string;
  /** The deadline, of the body too. */
  readonly signal: AbortSignal;
}

/** JSON over HTTP to a decision point. Follows no redirect: the token goes where it was meant to go. */
export class AuthzenClient {
  private readonly agent: Agent;
  private readonly headers: Readonly<Record<string, string>>;

  constructor({ token, caCert, timeoutMs }: AuthzenClientOptions) {
    this.agent = new Agent({
      connections: CONNECTIONS,
      pipelining: 1,
      // The deadline of a call covers both; undici's own timers are coarse.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: timeoutMs, ...(caCert !== undefined && { ca: caCert }) },
    });
    this.headers = {
      accept: 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token.open()}` }),
    };
  }

  /** The object of a 200 answer. @throws AuthzenFailure for everything else */
  async call(call: AuthzenCall): Promise<JsonObject> {
    const { statusCode, headers, body } = await this.send(call);
    if (statusCode !== 200) {
      void body.dump({ limit: DRAINED_BYTES }).catch(() => undefined);
      throw new AuthzenFailure('status', statusCode);
    }
    const problem = findHeaderProblem(headers, call.requestId);
    if (problem !== undefined) {
      void body.dump({ limit: DRAINED_BYTES }).catch(() => undefined);
      throw problem;
    }
    return parseObject(await readBody(body, call.signal));
  }

  /** Ends when what is under way has been answered. */
  async close(): Promise<void> {
    if (!this.agent.closed) await this.agent.close();
  }

  private async send(call: AuthzenCall): Promise<Dispatcher.ResponseData> {
    try {
      return await this.sendOnce(call);
    } catch (error) {
      // A question changes nothing, so it can be asked again; a connection that was idle breaks only once.
      if (call.signal.aborted || !isLostConnection(error)) throw failureOf(error, call.signal);
    }
    try {
      return await this.sendOnce(call);
    } catch (error) {
      throw failureOf(error, call.signal);
    }
  }

  private sendOnce(call: AuthzenCall): Promise<Dispatcher.ResponseData> {
    const target = new URL(call.url);
    const method = call.body === undefined ? 'GET' : 'POST';
    return inSpan(
      () => describeClientSpan(method, target),
      async (span) => {
        const answer = await this.request(target, method, call);
        span?.set({ 'http.response.status_code': answer.statusCode });
        if (answer.statusCode >= 400) span?.fail(String(answer.statusCode));
        return answer;
      },
    );
  }

  private request(
    { origin, pathname, search }: URL,
    method: 'GET' | 'POST',
    { body, requestId, signal }: AuthzenCall,
  ): Promise<Dispatcher.ResponseData> {
    return this.agent.request({
      origin,
      path: `${pathname}${search}`,
      method,
      body: body ?? null,
      signal,
      headers: {
        ...this.headers,
        ...traceHeaders(),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(requestId !== undefined && { 'x-request-id': requestId }),
      },
    });
  }
}

type Headers = Dispatcher.ResponseData['headers'];

function findHeaderProblem(headers: Headers, requestId: string | undefined): AuthzenFailure | undefined {
  const { 'content-type': type, 'content-length': length, 'x-request-id': answered } = headers;
  if (typeof type !== 'string' || !JSON_TYPE.test(type)) return new AuthzenFailure('content-type');
  if (Number(length ?? 0) > MAX_ANSWER_BYTES) return new AuthzenFailure('oversized');
  // AuthZEN 1.0 "Request Identification": the answer carries the identifier of its request. Not every PDP sends one.
  const isForeign = requestId !== undefined && answered !== undefined && answered !== requestId;
  return isForeign ? new AuthzenFailure('request-id') : undefined;
}

async function readBody(body: Dispatcher.ResponseData['body'], signal: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      // Leaving the loop destroys the body and with it the connection.
      if (size > MAX_ANSWER_BYTES) throw new AuthzenFailure('oversized');
      chunks.push(chunk);
    }
  } catch (error) {
    throw failureOf(error, signal);
  }
  return Buffer.concat(chunks);
}

/** A member given twice could be read either way, so it is malformed too. */
function parseObject(bytes: Buffer): JsonObject {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const value = parseJson(text);
    if (isJsonObject(value) && !hasDuplicateKeys(text, value)) return value;
  } catch {
    // Not UTF-8, not JSON or too deep: their messages could quote the answer.
  }
  throw new AuthzenFailure('malformed');
}

function isLostConnection(error: unknown): boolean {
  return error instanceof Error && 'code' in error && LOST_CONNECTION.has(error.code);
}

function failureOf(error: unknown, signal: AbortSignal): AuthzenFailure {
  if (error instanceof AuthzenFailure) return error;
  if (signal.aborted) return new AuthzenFailure('timeout');
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return new AuthzenFailure('timeout');
  return new AuthzenFailure(code.startsWith('HPE_') ? 'malformed' : 'unreachable');
}
