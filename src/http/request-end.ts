import { Injectable } from '@nestjs/common';
import type { Response } from 'express';
import type { RequestContext } from '../context/request-context.js';
import { Log } from '../observability/log.js';
import type { LineLevel } from '../observability/log.js';
import { Metrics } from '../observability/metrics.js';
import type { OpenSpan, SpanAttributes } from '../observability/trace-context.js';

/** A request as metrics, log and traces name it: of few values, and without its query. */
export interface RequestName {
  readonly method: string;
  /** `none` where no route has the path. */
  readonly route: string;
  /** Whether it is one of those that the service exists for; others are probes, scrapes, pages and misses. */
  readonly isRecorded: boolean;
}

/** What is said of a request when it is over: its measure, its line in the log, the end of its span. */
@Injectable()
export class RequestEnd {
  constructor(
    private readonly metrics: Metrics,
    private readonly log: Log,
  ) {}

  tell(name: RequestName, context: RequestContext, response: Response, span: OpenSpan | undefined): void {
    const { method, route } = name;
    const { statusCode: status } = response;
    const durationMs = performance.now() - context.startedAtMs;
    this.metrics.httpInFlight.dec();
    this.metrics.httpRequests.inc({ method, route, status });
    this.metrics.httpDuration.observe({ method, route }, durationMs / 1000);
    const level = levelOf(name, status);
    if (this.log.isEnabled(level)) {
      const line = { method, route, status, duration_ms: Math.round(durationMs * 1000) / 1000 };
      const aborted = response.writableFinished ? undefined : true;
      this.log.line(level, { ...line, aborted, ...describeContext(context) }, `${method} ${route} ${status}`);
    }
    if (span !== undefined) endSpan(span, context, status);
  }
}

function levelOf({ isRecorded }: RequestName, status: number): LineLevel {
  if (!isRecorded) return 'debug';
  return status < 500 ? 'info' : status === 500 ? 'error' : 'warn';
}

/** The names are those of the audit record. */
function describeContext({ correlationId, traceId, caller, recorded, errorCode }: RequestContext): object {
  const ids = { correlation_id: correlationId, trace_id: traceId };
  if (recorded !== undefined) {
    const { id: audit_id, time: _ofTheLine, correlation_id: _own, trace_id: _same, ...record } = recorded;
    return { ...ids, audit_id, ...record, code: errorCode ?? null };
  }
  if (caller === undefined) return ids;
  return { ...ids, subject: caller.subject, client_id: caller.clientId, tenant_id: caller.tenantId };
}

function endSpan(span: OpenSpan, context: RequestContext, status: number): void {
  span.set({ 'http.response.status_code': status, ...attributesOf(context) });
  if (status >= 500) span.fail(context.errorCode ?? String(status));
  span.end();
}

function attributesOf({ correlationId, operation, recorded, errorCode }: RequestContext): SpanAttributes {
  const { resource_ref, decision_id, provider } = recorded ?? {};
  return {
    'secrets.correlation_id': correlationId,
    ...(operation !== undefined && { 'secrets.operation': operation }),
    ...(provider && { 'secrets.provider': provider }),
    ...(resource_ref && { 'secrets.resource_ref': resource_ref }),
    ...(decision_id && { 'secrets.decision_id': decision_id }),
    ...(errorCode !== undefined && { 'secrets.error_code': errorCode }),
  };
}
