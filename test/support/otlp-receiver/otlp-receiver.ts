import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { readFields } from './protobuf-fields.js';
import type { FieldValue } from './protobuf-fields.js';

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** As opentelemetry/proto/trace/v1/trace.proto has it. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first of a trace. */
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly name: string;
  readonly kind: 'internal' | 'server' | 'client';
  readonly attributes: Attributes;
  readonly isError: boolean;
  readonly durationNs: bigint;
  readonly resource: Attributes;
}

const KINDS = ['unspecified', 'internal', 'server', 'client'] as const;
const STATUS_ERROR = 2n;

/** A collector on loopback: takes traces over OTLP (HTTP, protobuf) and keeps them. */
export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
  /** Everything that came, as text: for those who look for what must not be there. */
  text = '';
  readonly calls: { path: string | undefined; headers: IncomingHttpHeaders }[] = [];
  /** In place of an answer. */
  lie: ((response: ServerResponse) => void) | undefined;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<OtlpReceiver> {
    const server = createServer();
    const receiver = new OtlpReceiver(server);
    server.on('request', (request, response: ServerResponse) => {
      void buffer(request).then((body) => {
        receiver.calls.push({ path: request.url, headers: request.headers });
        if (receiver.lie !== undefined) return receiver.lie(response);
        receiver.text += body.toString('latin1');
        receiver.spans.push(...readRequest(body));
        response.setHeader('Content-Type', 'application/x-protobuf').end();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The spans of a trace, once its first one is here, which ends last. */
  async traceOf(traceId: string): Promise<readonly ReceivedSpan[]> {
    for (const end = Date.now() + 20_000; Date.now() < end; await sleep(20)) {
      const spans = this.spans.filter((span) => span.traceId === traceId);
      if (spans.some(({ kind }) => kind === 'server')) return spans;
    }
    throw new Error('the trace did not come');
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

function readRequest(body: Buffer): ReceivedSpan[] {
  return messagesIn(body, 1).flatMap((resourceSpans) => {
    const resource = attributesIn(messagesIn(resourceSpans, 1)[0] ?? Buffer.alloc(0), 1);
    return messagesIn(resourceSpans, 2).flatMap((scopeSpans) =>
      messagesIn(scopeSpans, 2).map((span) => readSpan(span, resource)),
    );
  });
}

function readSpan(bytes: Buffer, resource: Attributes): ReceivedSpan {
  const fields = readFields(bytes);
  const first = (field: number): FieldValue | undefined => fields.get(field)?.[0];
  const hex = (field: number): string => bytesOf(first(field)).toString('hex');
  const status = bytesOf(first(15));
  return {
    traceId: hex(1),
    spanId: hex(2),
    parentSpanId: hex(4),
    traceState: bytesOf(first(3)).toString(),
    name: bytesOf(first(5)).toString(),
    kind: KINDS[Number(first(6) ?? 0)] as ReceivedSpan['kind'],
    attributes: attributesIn(bytes, 9),
    isError: readFields(status).get(3)?.[0] === STATUS_ERROR,
    durationNs: BigInt(first(8) as bigint) - BigInt(first(7) as bigint),
    resource,
  };
}

function messagesIn(bytes: Buffer, field: number): Buffer[] {
  return (readFields(bytes).get(field) ?? []).map(bytesOf);
}

function attributesIn(bytes: Buffer, field: number): Attributes {
  return Object.fromEntries(
    messagesIn(bytes, field).map((pair) => {
      const fields = readFields(pair);
      return [bytesOf(fields.get(1)?.[0]).toString(), readAny(bytesOf(fields.get(2)?.[0]))];
    }),
  );
}

function readAny(bytes: Buffer): string | number | boolean | undefined {
  const [entry] = readFields(bytes);
  const [kind, [value] = []] = entry ?? [];
  if (kind === 1) return bytesOf(value).toString();
  if (kind === 2) return value === 1n;
  return kind === 3 ? Number(value) : undefined;
}

function bytesOf(value: FieldValue | undefined): Buffer {
  return Buffer.isBuffer(value) ? value : Buffer.alloc(0);
}
