import { once } from 'node:events';
import { Agent, createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { drawFault, NO_FAULTS } from './proxy-fault.js';
import type { FaultKind, FaultRates, ProxyFault } from './proxy-fault.js';
import { forward, writeHalf, writeStatus } from './proxy-exchange.js';
import { SeededRandom } from './seeded-random.js';

export interface FaultRule {
  /** Of `METHOD path`; a function is asked once about each call that no rule before it met. */
  readonly match: RegExp | ((call: string) => boolean);
  /** None: the call passes as it is. */
  readonly fault?: ProxyFault | undefined;
  /** How many calls meet it; default 1. */
  readonly times?: number;
  /** Done while the store has not seen the call yet. */
  readonly before?: (() => Promise<void>) | undefined;
  /** Done when the store has answered the call, and the caller does not know yet. */
  readonly after?: (() => Promise<void>) | undefined;
}

/** A call that waits on its way to the store. */
export interface HeldCall {
  readonly arrived: Promise<void>;
  release(): void;
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
  private port = 0;

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
    await proxy.comeUp();
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Nobody listens any more: connections are refused, open ones are cut. */
  async goDown(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  /** Listens again, at the same address. */
  async comeUp(): Promise<void> {
    if (this.server.listening) return;
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
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

  /** The next call that matches (`METHOD path`) waits until it is released; it meets no fault. */
  hold(match: RegExp): HeldCall {
    const arrival = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const before = (): Promise<void> => {
      arrival.resolve();
      return release.promise;
    };
    this.addRule({ match, before });
    return { arrived: arrival.promise, release: release.resolve };
  }

  /** From here on calls pass as they are. */
  calm(): void {
    this.rules = [];
    this.rates = NO_FAULTS;
  }

  async stop(): Promise<void> {
    await this.goDown();
    this.agent.destroy();
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
    const rule = this.takeRule(`${incoming.method} ${incoming.url}`);
    const fault = rule === undefined ? drawFault(this.random, this.rates) : rule.fault;
    if (fault !== undefined) this.counts[fault.kind] += 1;
    await rule?.before?.();
    if (fault?.kind === 'delay-before') await sleep(fault.ms);
    if (fault?.kind === 'silence-before') return;
    if (fault?.kind === 'cut-before') return void outgoing.socket?.resetAndDestroy();
    if (fault?.kind === 'status-before') return writeStatus(outgoing, fault.status ?? 500);
    this.pendingCount += 1;
    const answer = await forward(incoming, body, this.target, this.agent).finally(
      () => (this.pendingCount -= 1),
    );
    await rule?.after?.();
    if (fault?.kind === 'delay-after') await sleep(fault.ms);
    if (fault?.kind === 'silence-after') return;
    if (fault?.kind === 'cut-after') return void outgoing.socket?.resetAndDestroy();
    if (fault?.kind === 'status-after') return writeStatus(outgoing, fault.status ?? 500);
    if (fault?.kind === 'truncate') return writeHalf(outgoing, answer);
    outgoing.writeHead(answer.status, answer.headers).end(answer.body);
  }

  private takeRule(call: string): FaultRule | undefined {
    const found = this.rules.find(({ rule: { match } }) =>
      match instanceof RegExp ? match.test(call) : match(call),
    );
    if (found === undefined) return undefined;
    found.left -= 1;
    if (found.left <= 0) this.rules = this.rules.filter((rule) => rule !== found);
    return found.rule;
  }
}
