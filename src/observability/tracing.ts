import type { IncomingHttpHeaders } from 'node:http';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { AppConfig } from '../config/app-config.js';
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';
import { headersOf, parseTraceparent, printTraceparent } from './trace-context.js';
import type { SpanDescription, SpanSource, TraceContext } from './trace-context.js';

/** Of a shutdown: a collector that does not answer must not hold the process. */
const LAST_EXPORT_MS = 2_000;

/** The way of requests through this service and on to others. Without a collector no span is ever made. */
export class Tracing implements OnApplicationShutdown {
  private constructor(private readonly source: SpanSource | undefined) {}

  /** The libraries are loaded only where traces are exported: a start without them is faster. */
  static async open({ tracing }: AppConfig, metrics: Metrics, log: Log): Promise<Tracing> {
    if (tracing === undefined) return new Tracing(undefined);
    const { OtlpSpans } = await import('./otlp-spans.js');
    return new Tracing(new OtlpSpans(tracing, metrics, log));
  }

  /**
   * Where a new request stands: in the caller's trace, or in one of its own where traces are exported. Undefined where
   * there is neither.
   * @param describe of the request's span; undefined: it is not worth one
   */
  begin(
    { traceparent, tracestate }: IncomingHttpHeaders,
    describe: (() => SpanDescription) | undefined,
  ): TraceContext | undefined {
    const parent = parseTraceparent(traceparent, tracestate);
    const request = { isOver: false };
    if (this.source !== undefined && describe !== undefined) {
      const span = this.source.start(describe(), parent);
      return { traceId: span.traceId, headers: headersOf(span, parent?.tracestate), span, request };
    }
    if (parent === undefined) return undefined;
    const headers = {
      traceparent: printTraceparent(parent),
      ...(parent.tracestate !== undefined && { tracestate: parent.tracestate }),
    };
    return { traceId: parent.traceId, headers, span: undefined, request };
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.source === undefined) return;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LAST_EXPORT_MS);
    });
    await Promise.race([this.source.close(), patience]);
    clearTimeout(timer);
  }
}
