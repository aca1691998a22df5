import { once } from 'node:events';
import { createServer, request as requestHttp } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * - `drop`: the connection is cut and the store hears nothing;
 * - `drop-after`: the store has done what was asked, and the connection is cut before its answer;
 * - `silence`, `silence-after`: the same, and the caller is left waiting;
 * - `fail-after`: the same with a 500 instead of the answer.
 */
export type ProxyFault = 'drop' | 'drop-after' | 'silence' | 'silence-after' | 'fail-after';

interface PlannedFault {
  readonly fault: ProxyFault;
  readonly match: RegExp;
  left: number;
}

/** Stands between a provider and any store, the real one too: counts the calls and loses what it is told to. */
export class StoreProxy {
  /** `METHOD /path?query`, in order of arrival, for example `GET /v1/secret/data/app`. */
  calls: string[] = [];
  /** Calls that wait for their answer. */
  underWay = 0;
  /** The token of the last call that had one. */
  lastToken = '';
  /** Runs between a call's arrival and its way to the store. */
  beforeForwarding: ((call: string) => Promise<void>) | undefined;
  private planned: PlannedFault[] = [];

  private constructor(
    private readonly target: URL,
    private readonly server: Server,
  ) {}

  static async start(target: string): Promise<StoreProxy> {
    const server = createServer({ keepAliveTimeout: 60_000 });
    const proxy = new StoreProxy(new URL(target), server);
    server.on('request', (incoming: IncomingMessage, outgoing: ServerResponse) => {
      proxy.serve(incoming, outgoing).catch(() => outgoing.socket?.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  inject(fault: ProxyFault, match: RegExp, times = 1): void {
    this.planned.push({ fault, match, left: times });
  }

  clear(): void {
    this.calls = [];
    this.planned = [];
    this.beforeForwarding = undefined;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const call = `${incoming.method ?? ''} ${incoming.url ?? ''}`;
    this.calls.push(call);
    this.underWay += 1;
    outgoing.on('close', () => (this.underWay -= 1));
    this.lastToken = String(incoming.headers['x-vault-token'] ?? this.lastToken);
    const body = Buffer.concat((await incoming.toArray()) as Buffer[]);
    const fault = this.takeFault(call);
    if (fault === 'silence') return;
    if (fault === 'drop') {
      outgoing.socket?.destroy();
      return;
    }
    await this.beforeForwarding?.(call);
    const { status, headers, text } = await this.forward(incoming, body);
    if (fault === 'silence-after') return;
    if (fault === 'drop-after') outgoing.socket?.destroy();
    else if (fault === 'fail-after') outgoing.writeHead(500).end('{"errors":["internal error"]}');
    else outgoing.writeHead(status, headers).end(text);
  }

  private takeFault(call: string): ProxyFault | undefined {
    const found = this.planned.find(({ match, left }) => left > 0 && match.test(call));
    if (found !== undefined) found.left -= 1;
    return found?.fault;
  }

  private async forward(
    { method, url, headers }: IncomingMessage,
    body: Buffer,
  ): Promise<{ status: number; headers: IncomingMessage['headers']; text: Buffer }> {
    const { hostname, port } = this.target;
    const forwarded = requestHttp({
      hostname,
      port,
      method,
      path: url,
      headers: { ...headers, host: this.target.host },
    });
    forwarded.end(body);
    const [answer] = (await once(forwarded, 'response')) as [IncomingMessage];
    const text = Buffer.concat((await answer.toArray()) as Buffer[]);
    return { status: answer.statusCode ?? 0, headers: answer.headers, text };
  }
}
