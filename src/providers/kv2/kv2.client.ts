import { Pool } from 'undici';
import type { StoreConfig } from '../../config/app-config.js';
import { describeClientSpan } from '../../observability/client-span.js';
import { inSpan, traceHeaders } from '../../observability/trace-context.js';
import type { JsonObject } from '../../secrets/json.js';
import { HttpExchange } from './http-exchange.js';
import type { RawAnswer } from './http-exchange.js';
import { readAnswer } from './kv2.answer.js';
import type { Kv2Answer } from './kv2.answer.js';
import { failureOfTransport } from './kv2.failures.js';

export interface Kv2Request {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/v1/`, encoded. */
  readonly path: string;
  readonly body?: JsonObject;
}

type ClientConfig = Pick<StoreConfig, 'url' | 'namespace' | 'verifyTls' | 'caCert' | 'poolSize'>;

/** 301 and 302 may turn a POST into a GET, so only reads follow them. */
const REDIRECTS_OF_READS: ReadonlySet<number> = new Set([301, 302, 307, 308]);
const REDIRECTS_OF_ALL: ReadonlySet<number> = new Set([307, 308]);

/** HTTP to one store over a pool of connections. Knows nothing of what the calls mean. */
export class Kv2Client {
  private readonly pool: Pool;
  private readonly base: URL;
  private readonly headers: Readonly<Record<string, string>>;
  private connectionCount = 0;
  private disconnectedAtMs = Number.NEGATIVE_INFINITY;

  /** @param timeoutMs of one attempt, with its whole answer */
  constructor(
    config: ClientConfig,
    private readonly timeoutMs: number,
  ) {
    this.base = new URL(`${config.url.replace(/\/+$/, '')}/v1/`);
    this.pool = new Pool(this.base.origin, {
      connections: config.poolSize,
      pipelining: 1,
      // The deadline of the exchange covers both; undici's own timers are coarse.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: {
        timeout: timeoutMs,
        rejectUnauthorized: config.verifyTls,
        ...(config.caCert === undefined ? {} : { ca: config.caCert }),
      },
    });
    // Not pool.stats: a connection that is being cut counts there no more before its end is told.
    this.pool.on('connect', () => (this.connectionCount += 1));
    this.pool.on('disconnect', () => {
      this.connectionCount -= 1;
      this.disconnectedAtMs = performance.now();
    });
    // An agent in front of the store may ask for X-Vault-Request, against forged requests from browsers.
    this.headers = {
      'x-vault-request': 'true',
      ...(config.namespace === undefined ? {} : { 'x-vault-namespace': config.namespace }),
    };
  }

  /** The answer, whatever its status. @throws Kv2Failure where none came that can be read */
  async send(request: Kv2Request, token: string | undefined): Promise<Kv2Answer> {
    const target = `${this.base.pathname}${request.path}`;
    const first = await this.exchange(request, target, token);
    // A standby may name the active node. The token never goes to another origin, so only ours is followed, once.
    const redirected = this.findRedirect(request, first);
    return readAnswer(redirected === undefined ? first : await this.exchange(request, redirected, token));
  }

  /** Ends when what is under way has been answered. Closing again does nothing. */
  async close(): Promise<void> {
    if (!this.pool.closed) await this.pool.close();
  }

  private exchange(request: Kv2Request, path: string, token: string | undefined): Promise<RawAnswer> {
    return inSpan(
      () => describeClientSpan(request.method, this.base),
      async (span) => {
        const answer = await this.exchangeOnce(request, path, token);
        span?.set({ 'http.response.status_code': answer.status });
        if (answer.status >= 500) span?.fail(String(answer.status));
        return answer;
      },
    );
  }

  private async exchangeOnce(
    { method, body }: Kv2Request,
    path: string,
    token: string | undefined,
  ): Promise<RawAnswer> {
    const startMs = performance.now();
    const exchange = new HttpExchange(this.timeoutMs, () => this.wasConnectedSince(startMs));
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const headers = {
      ...this.headers,
      ...traceHeaders(),
      ...(token === undefined ? {} : { 'x-vault-token': token }),
      ...(body === undefined ? {} : { 'content-type': type }),
    };
    const text = body === undefined ? null : JSON.stringify(body);
    try {
      this.pool.dispatch({ method, path, headers, body: text }, exchange);
      return await exchange.answer;
    } catch (error) {
      throw failureOfTransport(error);
    }
  }

  /** Tells a store that takes no connection from one whose connections were all busy with other calls. */
  private wasConnectedSince(startMs: number): boolean {
    return this.connectionCount > 0 || this.disconnectedAtMs >= startMs;
  }

  private findRedirect({ method }: Kv2Request, { status, headers }: RawAnswer): string | undefined {
    const isFollowed = (method === 'GET' ? REDIRECTS_OF_READS : REDIRECTS_OF_ALL).has(status);
    if (!isFollowed || typeof headers.location !== 'string') return undefined;
    const target = URL.parse(headers.location, this.base.href);
    return target?.origin === this.base.origin ? `${target.pathname}${target.search}` : undefined;
  }
}
