import { randomUUID } from 'node:crypto';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, createTraceState, trace } from '@opentelemetry/api';
import type { Context, Span, Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Sampler } from '@opentelemetry/sdk-trace';
import type { TracingConfig } from '../config/app-config.js';
import { CountedSpanProcessor } from './counted-span.processor.js';
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';
import { readServiceVersion } from './service-version.js';
import type { OpenSpan, RemoteParent, SpanAttributes, SpanDescription, SpanSource } from './trace-context.js';

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  internal: SpanKind.INTERNAL,
} as const satisfies Record<SpanDescription['kind'], SpanKind>;

/** Of one batch. */
const EXPORT_TIMEOUT_MS = 5_000;

/**
 * Spans over OTLP (HTTP, protobuf). Made by hand and not by instrumentation, which would patch what it finds and put
 * whole URLs into spans. Nothing is registered globally.
 */
export class OtlpSpans implements SpanSource {
  private readonly provider: TracerProvider;
  private readonly tracer: Tracer;

  constructor(config: TracingConfig, metrics: Metrics, log: Log) {
    const exporter = new OTLPTraceExporter({
      url: `${config.endpoint}/v1/traces`,
      headers: config.headers.open(),
      timeoutMillis: EXPORT_TIMEOUT_MS,
      concurrencyLimit: 4,
    });
    this.provider = new TracerProvider({
      resource: resourceFromAttributes({
        'service.name': config.serviceName,
        'service.version': readServiceVersion(),
        'service.instance.id': randomUUID(),
      }),
      sampler: samplerOf(config),
      spanProcessors: [new CountedSpanProcessor(exporter, metrics, log)],
    });
    this.tracer = this.provider.getTracer('secrets-api');
  }

  start(description: SpanDescription, parent: RemoteParent | undefined): OpenSpan {
    return new OtlpSpan(this.tracer, description, parent === undefined ? ROOT_CONTEXT : contextOf(parent));
  }

  async close(): Promise<void> {
    // Why nothing could be brought out was counted and told already.
    await this.provider.shutdown().catch(() => undefined);
  }
}

class OtlpSpan implements OpenSpan {
  private readonly span: Span;

  constructor(
    private readonly tracer: Tracer,
    { name, kind, attributes }: SpanDescription,
    private readonly parent: Context,
  ) {
    this.span = tracer.startSpan(name, { kind: KINDS[kind], attributes }, parent);
  }

  get traceId(): string {
    return this.span.spanContext().traceId;
  }

  get spanId(): string {
    return this.span.spanContext().spanId;
  }

  get isSampled(): boolean {
    return this.span.spanContext().traceFlags === 1;
  }

  startChild(description: SpanDescription): OpenSpan {
    return new OtlpSpan(this.tracer, description, trace.setSpan(this.parent, this.span));
  }

  set(attributes: SpanAttributes): void {
    this.span.setAttributes(attributes);
  }

  fail(reason: string): void {
    this.span.setAttribute('error.type', reason).setStatus({ code: SpanStatusCode.ERROR });
  }

  end(): void {
    this.span.end();
  }
}

function contextOf({ traceId, spanId, flags, tracestate }: RemoteParent): Context {
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: flags,
    isRemote: true,
    ...(tracestate !== undefined && { traceState: createTraceState(tracestate) }),
  });
}

function samplerOf({ sampler, ratio }: TracingConfig): Sampler {
  const [, parentBased, root] = /^(parentbased_)?(.*)$/.exec(sampler) ?? [];
  const own =
    root === 'always_off'
      ? new AlwaysOffSampler()
      : root === 'traceidratio'
        ? new TraceIdRatioBasedSampler(ratio)
        : new AlwaysOnSampler();
  return parentBased === undefined ? own : new ParentBasedSampler({ root: own });
}
