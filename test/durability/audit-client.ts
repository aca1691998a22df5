import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** Told of each answer at its first byte, which is when the caller could have learnt something. */
export interface AnswerWatch {
  firstByte(correlationId: string): void;
  status(correlationId: string, status: number): void;
}

/**
 * One caller on one connection, call after call, until the service is gone. It works on the socket itself: an HTTP client
 * would tell of an answer only once its head is whole.
 */
export class AuditClient {
  private readonly socket: Socket;
  private received = Buffer.alloc(0);
  private current = '';
  private calls = 0;
  readonly ended: Promise<void>;

  constructor(
    url: string,
    private readonly name: string,
    private readonly watch: AnswerWatch,
  ) {
    const { hostname, port } = new URL(url);
    this.socket = connect(Number(port), hostname);
    this.socket.on('connect', () => this.send());
    this.socket.on('data', (chunk: Buffer) => this.receive(chunk));
    this.socket.on('error', () => undefined);
    this.ended = new Promise((resolve) => this.socket.once('close', () => resolve()));
  }

  /** Two reads, then a write. */
  private send(): void {
    this.current = `${this.name}-${this.calls}`;
    const uri = `yaml://secret/app/crowd#${this.name}`;
    const isWrite = this.calls % 3 === 0;
    const body = JSON.stringify({ uri, value: this.calls });
    this.calls += 1;
    const target = isWrite ? '/api/secrets' : `/api/secrets/value?uri=${encodeURIComponent(uri)}`;
    const head = [
      `${isWrite ? 'POST' : 'GET'} ${target} HTTP/1.1`,
      'Host: 127.0.0.1',
      `X-Correlation-Id: ${this.current}`,
      ...(isWrite ? ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`] : []),
    ];
    this.socket.write(`${head.join('\r\n')}\r\n\r\n${isWrite ? body : ''}`);
  }

  private receive(chunk: Buffer): void {
    if (this.received.length === 0) this.watch.firstByte(this.current);
    this.received = Buffer.concat([this.received, chunk]);
    const headEnd = this.received.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const head = this.received.subarray(0, headEnd).toString('latin1');
    const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
    if (this.received.length < headEnd + 4 + length) return;
    this.received = Buffer.alloc(0);
    this.watch.status(this.current, Number(head.slice(9, 12)));
    this.send();
  }
}
