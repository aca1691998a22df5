import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { playFault } from './fault-player.js';
import { readRequest, recordCall } from './recorded-call.js';
import type { RecordedCall } from './recorded-call.js';
import { writeReply } from './reply-writer.js';
import { StoreCore } from './store-core.js';
import type { StoreCoreOptions } from './store-core.js';
import { StoreFaults } from './store-faults.js';
import type { FaultScope, StoreFault } from './store-faults.js';
import type { StoreHealth } from './store-health.js';
import type { StoreRequest } from './store-request.js';
import { refuse } from './store-reply.js';
import { SETUP_HEADER, StoreSetup } from './store-setup.js';

export interface Kv2ServerOptions extends StoreCoreOptions {
  /** Default: a free one on loopback. */
  port?: number;
  /** PEM texts; then the address begins with `https`. */
  tls?: { key: string; cert: string };
}

/** An OpenBao to test against without its binary: KV version 2 at `secret/`, in this process, with faults on demand. */
export class Kv2Server extends StoreSetup {
  readonly kind = 'test-server';
  /** Calls since the start or `clearCalls`, in order of arrival. */
  calls: RecordedCall[] = [];
  /** Connections that were opened since the start. */
  connectionCount = 0;
  private readonly core: StoreCore;
  private readonly faults = new StoreFaults();
  private readonly sockets = new Set<Socket>();
  private server: Server;
  private port: number;

  constructor(private readonly options: Kv2ServerOptions) {
    super();
    this.core = new StoreCore(options);
    this.port = options.port ?? 0;
    this.server = this.createServer();
  }

  get url(): string {
    return `${this.options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${this.port}`;
  }

  get rootToken(): string {
    return this.core.rootToken;
  }

  protected get unsealKey(): string {
    return this.core.unsealKey;
  }

  /** The next calls meet this fault. */
  inject(fault: StoreFault, scope: FaultScope = {}): void {
    this.faults.add(fault, scope);
  }

  clearFaults(): void {
    this.faults.clear();
  }

  clearCalls(): void {
    this.calls = [];
  }

  /** What `sys/health` tells; `sealed` and `uninitialized` close the rest too. */
  setHealth(health: StoreHealth): void {
    this.core.health = health;
  }

  /** Nobody listens any more: connections are refused, open ones are cut. What is stored stays. */
  async goDown(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  /** Listens again, at the same address. */
  async comeUp(): Promise<void> {
    this.server = this.createServer();
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    if (this.server.listening) await this.goDown();
  }

  private createServer(): Server {
    const listener = (incoming: IncomingMessage, outgoing: ServerResponse): void =>
      void this.serve(incoming, outgoing);
    const settings = { maxHeaderSize: 1_048_576, keepAliveTimeout: 60_000 };
    const server =
      this.options.tls === undefined
        ? createServer(settings, listener)
        : createTlsServer({ ...settings, ...this.options.tls }, listener);
    server.on('connection', (socket: Socket) => {
      this.connectionCount += 1;
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
      // A test that forgets to stop its server must not keep the runner from ending.
      socket.unref();
    });
    return server.unref();
  }

  private async serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    try {
      const request = await readRequest(incoming);
      if (incoming.headers[SETUP_HEADER] !== undefined) {
        writeReply(outgoing, this.core.handle(request));
        return;
      }
      const call = recordCall(request);
      this.calls.push(call);
      await this.answer(call, request, outgoing);
    } catch (error) {
      // Either the caller hung up while it was being read, or this server has a fault of its own: never silent.
      if (!outgoing.headersSent) writeReply(outgoing, refuse(500, `test server: ${String(error)}`));
    }
  }

  private async answer(call: RecordedCall, request: StoreRequest, outgoing: ServerResponse): Promise<void> {
    const fault = this.faults.take(call);
    outgoing.on('finish', () => (call.status = outgoing.statusCode));
    if (fault?.kind === 'delay') await sleep(fault.ms, undefined, { ref: false });
    if (fault === undefined || fault.kind === 'delay') writeReply(outgoing, this.core.handle(request));
    else playFault(fault, () => this.core.handle(request), outgoing);
  }
}

/** Starts the in-repo KV v2 server on loopback; it answers as OpenBao 2.7.2 does, and both run the same contract suite. */
export async function startKv2Server(options: Kv2ServerOptions = {}): Promise<Kv2Server> {
  const server = new Kv2Server(options);
  await server.comeUp();
  return server;
}
