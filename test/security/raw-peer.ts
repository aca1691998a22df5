import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** An answer as it came over a connection. */
export interface PeerAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** A peer that speaks bytes, and keeps what it is sent. */
export class RawPeer {
  private received = '';
  /** The error that the connection ended with, if it did. */
  error: string | undefined;
  readonly closed: Promise<void>;

  private constructor(readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => (this.received += chunk.toString('latin1')));
    socket.on('error', (error: NodeJS.ErrnoException) => (this.error = error.code ?? error.message));
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  /** @param isReading false: it takes nothing of what it is sent */
  static async connect(url: string, isReading = true): Promise<RawPeer> {
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    const peer = new RawPeer(socket);
    if (!isReading) socket.pause();
    return peer;
  }

  /** One byte of the text for each character. */
  write(text: string): void {
    if (this.socket.writable) this.socket.write(text, 'latin1');
  }

  /** The whole answers so far, in their order, without those of 1xx. */
  answers(): readonly PeerAnswer[] {
    return parseAnswers(this.received);
  }

  statuses(): readonly number[] {
    return this.answers().map(({ status }) => status);
  }

  /** Resolves when so many answers are there, or the connection has ended. */
  async waitFor(count: number): Promise<readonly PeerAnswer[]> {
    while (this.answers().length < count && !this.socket.destroyed)
      await Promise.race([once(this.socket, 'data'), this.closed]);
    return this.answers();
  }

  destroy(): void {
    this.socket.destroy();
  }
}

/** @throws Error where something stands between answers: an answer that was taken for longer or shorter than it is */
function parseAnswers(bytes: string): PeerAnswer[] {
  const answers: PeerAnswer[] = [];
  let rest = bytes;
  for (;;) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) return answers;
    const [statusLine = '', ...lines] = rest.slice(0, end).split('\r\n');
    const status = /^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1];
    if (status === undefined) throw new Error(`no status line: ${statusLine.slice(0, 80)}`);
    const headers = new Map(lines.map(splitHeader));
    const body = takeBody(rest.slice(end + 4), headers, Number(status) < 200);
    if (body === undefined) return answers;
    rest = rest.slice(end + 4 + body.length);
    if (Number(status) >= 200) answers.push({ status: Number(status), headers, body });
  }
}

function splitHeader(line: string): [string, string] {
  const [name = '', ...value] = line.split(':');
  return [name.toLowerCase(), value.join(':').trim()];
}

function takeBody(
  rest: string,
  headers: ReadonlyMap<string, string>,
  isInterim: boolean,
): string | undefined {
  if (isInterim) return '';
  const length = headers.get('content-length');
  // Then the end of the connection is its end (RFC 9112 6.3).
  if (length === undefined && headers.get('connection') === 'close') return rest;
  if (length === undefined) throw new Error('an answer without a length');
  return rest.length < Number(length) ? undefined : rest.slice(0, Number(length));
}
