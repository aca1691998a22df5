import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { drawFault, NO_FAULTS } from './proxy-fault.js';
import type { FaultKind, FaultRates, ProxyFault } from './proxy-fault.js';
import { SeededRandom } from './seeded-random.js';

export interface FaultRule {
  /** Of `METHOD path`. */
  readonly match: RegExp;
  readonly fault: ProxyFault;
  /** How many calls meet it; default 1. */
  readonly times?: number;
}

interface UpstreamAnswer {
  readonly status: number;
  readonly headers: Record<string, string | string[]>;
  readonly body: Buffer;
}

/** Stands in front of a store, real or not, and spoils calls: by rule, and at random by a seed. */
export class FaultProxy {
  /** How many calls met which fault, those of rules too. */
  readonly counts: Record<FaultKind, number> = { ...NO_FAULTS };
  /** Calls that came, spoilt or not. */
  callCount = 0;
  /** Calls that the store has not answered yet. */
  pendingCount = 0;
  private rules: { readonly rule: FaultRule; left: number }[] = [];
  private random = new SeededRandom(0);
  private rates: FaultRates = NO_FAULTS;
  private readonly sockets = new Set<Socket>();
  private readonly agent = new Agent({ keepAlive: true });

  private constructor(
    private readonly target: URL,
    private readonly server: Server,
  ) {
    server.on('request', (incoming, outgoing) => void this.serve(incoming, outgoing));
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  /** @param origin of the store */
  static async start(origin: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(new URL(origin), createServer({ keepAliveTimeout: 60_000 }));
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** From here on calls are spoilt at random. */
  spoil(rates: FaultRates, seed: number): void {
    this.rates = rates;
    this.random = new SeededRandom(seed);
  }

  /** The next calls that match meet this fault; rules come before chance. */
  addRule(rule: FaultRule): void {
    this.rules.push({ rule, left: rule.times ?? 1 });
  }

  /** From here on calls pass as they are. */
  calm(): void {
    this.rules = [];
    this.rates = NO_FAULTS;
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    this.agent.destroy();
    await closed;
  }

  private async serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      this.callCount += 1;
      await this.pass(incoming, Buffer.concat(chunks), outgoing);
    } catch {
      // Either side is gone: the caller, who was killed, or the store. The one that is left sees a broken connection.
      outgoing.socket?.destroy();
    }
  }

  private async pass(incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse): Promise<void> {
    const fault = this.takeFault(`${incoming.method} ${incoming.url}`);
    if (fault !== undefined) this.counts[fault.kind] += 1;
    if (fault?.kind === 'delay-before') await sleep(fault.ms);
    if (fault?.kind === 'silence-before') return;
    if (fault?.kind === 'cut-before') return void outgoing.socket?.resetAndDestroy();
    if (fault?.kind === 'status-before') return writeStatus(outgoing, fault.status ?? 500);
    this.pendingCount += 1;
    const answer = await this.forward(incoming, body).finally(() => (this.pendingCount -= 1));
    if (fault?.kind === 'delay-after') await sleep(fault.ms);
    if (fault?.kind === 'silence-after') return;
    if (fault?.kind === 'cut-after') return void outgoing.socket?.resetAndDestroy();
    if (fault?.kind === 'status-after') return writeStatus(outgoing, fault.status ?? 500);
    if (fault?.kind === 'truncate') return writeHalf(outgoing, answer);
    outgoing.writeHead(answer.status, answer.headers).end(answer.body);
  }

  private takeFault(call: string): ProxyFault | undefined {
    const found = this.rules.find(({ rule }) => rule.match.test(call));
    if (found === undefined) return drawFault(this.random, this.rates);
    found.left -= 1;
    if (found.left <= 0) this.rules = this.rules.filter((rule) => rule !== found);
    return found.rule.fault;
  }

  private async forward({ method, url, headers }: IncomingMessage, body: Buffer): Promise<UpstreamAnswer> {
    const { hostname, port } = this.target;
    const { connection: _, 'transfer-encoding': __, ...passed } = headers;
    const outgoing = request({
      ...{ hostname, port, method, path: url, agent: this.agent },
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
}

/** Without those that speak of the connection to the store. */
function keptHeaders({ headers }: IncomingMessage): Record<string, string | string[]> {
  const kept = Object.entries(headers).filter(
    (entry): entry is [string, string | string[]] =>
      entry[1] !== undefined && !['connection', 'keep-alive', 'transfer-encoding'].includes(entry[0]),
  );
  return Object.fromEntries(kept);
}

function writeStatus(outgoing: ServerResponse, status: number): void {
  outgoing
    .writeHead(status, { 'content-type': 'application/json' })
    .end(JSON.stringify({ errors: ['fault proxy'] }));
}

/** Says how long the answer is, sends half of it and closes. */
function writeHalf(outgoing: ServerResponse, { status, headers, body }: UpstreamAnswer): void {
  if (body.length === 0) return void outgoing.socket?.resetAndDestroy();
  outgoing.writeHead(status, { ...headers, 'content-length': String(body.length) });
  outgoing.write(body.subarray(0, body.length >> 1), () => outgoing.socket?.destroy());
}
