import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  /** One character a byte where it is not JSON. */
  readonly body: string;
}

/** Sends requests as bytes, one at a time over a connection that is kept, since clients refuse to send many of them. */
export class ByteClient {
  private socket: Socket | undefined;
  private received = Buffer.alloc(0);

  constructor(private readonly url: string) {}

  async send(bytes: Buffer, isHead: boolean): Promise<HttpAnswer> {
    const socket = await this.connected();
    this.received = Buffer.alloc(0);
    socket.write(bytes);
    for (;;) {
      const answer = readAnswer(this.received, isHead, socket.destroyed || socket.readableEnded);
      if (answer !== undefined) {
        // A stream of events has no end.
        if (answer.headers.get('connection') === 'close' || answer.isEndless) this.close();
        return answer;
      }
      if (socket.destroyed) throw new Error(`no answer to: ${bytes.subarray(0, 400).toString('latin1')}`);
      await Promise.race([once(socket, 'data'), once(socket, 'close')]);
    }
  }

  close(): void {
    this.socket?.destroy();
    this.socket = undefined;
  }

  private async connected(): Promise<Socket> {
    if (this.socket?.writable === true) return this.socket;
    const socket = connect({ port: Number(new URL(this.url).port), host: '127.0.0.1', noDelay: true });
    socket.on('data', (chunk: Buffer) => (this.received = Buffer.concat([this.received, chunk])));
    // What it was is seen by the missing answer.
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    this.socket = socket;
    return socket;
  }
}

function readAnswer(
  bytes: Buffer,
  isHead: boolean,
  isOver: boolean,
): (HttpAnswer & { isEndless: boolean }) | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [statusLine = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1]);
  const rest = bytes.subarray(end + 4);
  if (status === 100) return readAnswer(rest, isHead, isOver);
  const headers = new Map(
    lines.map((line) => [
      line.split(':', 1)[0]?.toLowerCase() ?? '',
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
  const isEndless = headers.get('content-type')?.startsWith('text/event-stream') === true;
  const length = headers.get('content-length');
  if (isHead || isEndless) return { status, headers, body: '', isEndless };
  if (length === undefined ? !isOver : rest.length < Number(length)) return undefined;
  if (length !== undefined && rest.length > Number(length)) throw new Error('more than one answer');
  return { status, headers, body: rest.toString('utf8'), isEndless };
}
