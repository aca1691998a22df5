import { AsyncLocalStorage } from 'node:async_hooks';
import { SecretError } from '../secrets/secret.errors.js';

export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanDescription {
  /** Of few values: a method with a route, an operation with a store. */
  readonly name: string;
  readonly kind: 'server' | 'client' | 'internal';
  readonly attributes: SpanAttributes;
}

/** A span under way. No attribute may hold an address, a value or a token. */
export interface OpenSpan {
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  readonly isSampled: boolean;
  startChild(description: SpanDescription): OpenSpan;
  set(attributes: SpanAttributes): void;
  /** Says why it failed: a code, or the name of an error. */
  fail(reason: string): void;
  end(): void;
}

/** Where another service stands in a trace (W3C Trace Context), from its `traceparent` and `tracestate`. */
export interface RemoteParent {
  readonly traceId: string;
  readonly spanId: string;
  /** `trace-flags`: bit 0 is "sampled". */
  readonly flags: number;
  readonly tracestate: string | undefined;
}

/** Makes spans and brings them to whoever collects them. */
export interface SpanSource {
  /** @param parent undefined: the span begins a trace of its own */
  start(description: SpanDescription, parent: RemoteParent | undefined): OpenSpan;
  /** Brings out what is left; it may take as long as the collector does, and never rejects. */
  close(): Promise<void>;
}

/** Where a request stands in its trace, and what the calls that it causes carry on. */
export interface TraceContext {
  readonly traceId: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined where no traces are exported: then the caller's own context is passed on. */
  readonly span: OpenSpan | undefined;
  /** A timer that a request set outlives it, and belongs to no trace. */
  readonly request: { isOver: boolean };
}

const TRACEPARENT = /^(?!ff)([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(-.*)?$/;
/** W3C Trace Context 3.3.1.5: at least so many characters should be passed on; what is longer is left out as a whole. */
const TRACESTATE = /^[\x20-\x7e]{1,512}$/;
/** Of the flags those that level 2 knows: sampled and random. */
const KNOWN_FLAGS = 0b11;
const NO_HEADERS: Readonly<Record<string, string>> = {};

const storage = new AsyncLocalStorage<TraceContext>();

/** Undefined where the header is missing or invalid, which counts as missing. */
export function parseTraceparent(
  traceparent: string | string[] | undefined,
  tracestate: string | string[] | undefined,
): RemoteParent | undefined {
  if (typeof traceparent !== 'string') return undefined;
  const [, version, traceId, spanId, flags, more] = TRACEPARENT.exec(traceparent) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  // Only a later version may have more fields.
  if (version === '00' && more !== undefined) return undefined;
  const isState = typeof tracestate === 'string' && TRACESTATE.test(tracestate);
  return {
    traceId,
    spanId,
    flags: Number.parseInt(flags, 16) & KNOWN_FLAGS,
    tracestate: isState ? tracestate : undefined,
  };
}

export function printTraceparent({ traceId, spanId, flags }: Omit<RemoteParent, 'tracestate'>): string {
  return `00-${traceId}-${spanId}-${flags.toString(16).padStart(2, '0')}`;
}

export function runInTrace<T>(context: TraceContext, run: () => T): T {
  return storage.run(context, run);
}

/** The function as part of the trace of now, whoever calls it later: a queue runs what waits in another one's turn. */
export function keepTrace<T>(run: () => T): () => T {
  const context = storage.getStore();
  return context === undefined ? run : () => storage.run(context, run);
}

/** What a call to another service carries: `traceparent` and `tracestate`, or nothing. */
export function traceHeaders(): Readonly<Record<string, string>> {
  const context = storage.getStore();
  return context === undefined || context.request.isOver ? NO_HEADERS : context.headers;
}

/** Runs a step as a span of its own; where no traces are exported it merely runs. */
export function inSpan<T>(
  describe: () => SpanDescription,
  run: (span: OpenSpan | undefined) => Promise<T>,
): Promise<T> {
  const context = storage.getStore();
  if (context?.span === undefined || context.request.isOver) return run(undefined);
  return runInSpan(context, context.span.startChild(describe()), run);
}

async function runInSpan<T>(
  context: TraceContext,
  span: OpenSpan,
  run: (span: OpenSpan) => Promise<T>,
): Promise<T> {
  const { tracestate } = context.headers;
  const inner = { ...context, span, headers: headersOf(span, tracestate) };
  try {
    return await storage.run(inner, () => run(span));
  } catch (error) {
    // What is the caller's own (not found, a conflict) is an outcome and no failure.
    if (!(error instanceof SecretError)) span.fail(error instanceof Error ? error.name : typeof error);
    else if (error.status >= 500) span.fail(error.code);
    else span.set({ 'secrets.error_code': error.code });
    throw error;
  } finally {
    span.end();
  }
}

export function headersOf(
  { traceId, spanId, isSampled }: Pick<OpenSpan, 'traceId' | 'spanId' | 'isSampled'>,
  tracestate: string | undefined,
): Readonly<Record<string, string>> {
  return {
    traceparent: printTraceparent({ traceId, spanId, flags: Number(isSampled) }),
    ...(tracestate !== undefined && { tracestate }),
  };
}
