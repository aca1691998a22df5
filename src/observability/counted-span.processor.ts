import { BatchSpanProcessor } from '@opentelemetry/sdk-trace';
import type { ReadableSpan, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';

const BATCH = { maxQueueSize: 2_048, maxExportBatchSize: 512, scheduledDelayMillis: 1_000 };
const SAMPLED = 1;

/**
 * Brings spans out in batches, and counts what became of each. A collector that is away or slow costs spans and never a
 * request: what is over the queue is dropped.
 */
export class CountedSpanProcessor implements SpanProcessor {
  private readonly batches: BatchSpanProcessor;
  /** Ended and not taken by the exporter yet: the library does not tell what it drops. */
  private waiting = 0;
  private isAway = false;

  constructor(
    private readonly exporter: SpanExporter,
    private readonly metrics: Metrics,
    private readonly log: Log,
  ) {
    this.batches = new BatchSpanProcessor({
      ...BATCH,
      exporter: { export: this.export, shutdown: () => exporter.shutdown() },
    });
  }

  onStart(): void {
    // Nothing is known of a span before its end.
  }

  onEnd(span: ReadableSpan): void {
    if ((span.spanContext().traceFlags & SAMPLED) === 0) return;
    if (this.waiting >= BATCH.maxQueueSize) {
      this.metrics.traceSpans.inc({ outcome: 'dropped' });
      return;
    }
    this.waiting += 1;
    this.batches.onEnd(span);
  }

  forceFlush(): Promise<void> {
    return this.batches.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.batches.shutdown();
  }

  private readonly export: SpanExporter['export'] = (spans, resultCallback) => {
    this.waiting -= spans.length;
    this.exporter.export(spans, (result) => {
      // ExportResultCode.SUCCESS, of a package that is not ours to depend on.
      const hasFailed = Number(result.code) !== 0;
      this.metrics.traceSpans.inc({ outcome: hasFailed ? 'failed' : 'exported' }, spans.length);
      this.note(hasFailed);
      resultCallback(result);
    });
  };

  /** Once for each outage. The error of the library is not told: it names the address. */
  private note(isAway: boolean): void {
    if (isAway === this.isAway) return;
    this.isAway = isAway;
    if (isAway)
      this.log.warn('Traces cannot be brought to the collector; they are lost until it can be reached.');
    else this.log.info({}, 'traces can be brought to the collector again');
  }
}
