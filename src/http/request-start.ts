import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { attachContext } from '../context/request-context.js';
import type { Metrics } from '../observability/metrics.js';
import { runInTrace } from '../observability/trace-context.js';
import type { SpanDescription } from '../observability/trace-context.js';
import type { Tracing } from '../observability/tracing.js';
import { SecretError } from '../secrets/secret.errors.js';
import type { Admission } from './admission.js';
import { MAX_BODY_BYTES } from './form/json-body.js';
import type { ProblemFilter } from './problem.filter.js';
import type { RequestEnd, RequestName } from './request-end.js';
import type { RouteTable } from './route-table.js';
import { refuseFraming } from './server/request-framing.js';

const EVENTS_PATH = '/api/secrets/events';
const CORRELATION_ID = /^[A-Za-z0-9._-]{1,128}$/;

/** What the first step of a request needs. */
export interface StartParts {
  readonly routes: RouteTable;
  readonly admission: Admission;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly end: RequestEnd;
  readonly problems: ProblemFilter;
}

/** The first step of every request: its context, its trace, and what is refused before anybody looks closer. */
export function startRequest({
  routes,
  admission,
  metrics,
  tracing,
  end,
  problems,
}: StartParts): RequestHandler {
  return (request: Request, response: Response, next: NextFunction): void => {
    const startedAtMs = performance.now();
    const sent = request.headers['x-correlation-id'];
    const correlationId = typeof sent === 'string' && CORRELATION_ID.test(sent) ? sent : randomUUID();
    const name = routes.nameOf(request.method, request.path);
    const isTraced = !routes.isProbe(request.path);
    const trace = tracing.begin(request.headers, isTraced ? () => describeSpan(name, request) : undefined);
    const context = { correlationId, traceId: trace?.traceId ?? null, startedAtMs };
    attachContext(request, context);
    response.setHeader('X-Correlation-Id', correlationId);
    if (name.isRecorded) response.setHeader('Cache-Control', 'no-store');
    const fault = refuseFraming(request);
    // Where the request ends is not for certain either.
    if (fault !== undefined) response.setHeader('Connection', 'close');
    const refused =
      fault ?? refusal(request, routes) ?? (name.isRecorded ? admission.findRefusal(request) : undefined);
    // Those who follow the events stay for hours, and have a limit of their own.
    const leave = name.isRecorded && request.path !== EVENTS_PATH ? admission.enter() : undefined;
    metrics.httpInFlight.inc();
    response.once('close', () => {
      leave?.();
      if (trace !== undefined) trace.request.isOver = true;
      end.tell(name, context, response, trace?.span);
    });
    // Not by way of the router: under a flood that would cost as much as an answer.
    const goOn = (): void =>
      refused === undefined ? next() : void problems.answer(request, response, refused);
    if (trace === undefined) goOn();
    else runInTrace(trace, goOn);
  };
}

/**
 * OpenTelemetry, semantic conventions for HTTP servers. No `url.query` and no `url.full`, which hold the address, and
 * the path only where it is one of ours.
 */
function describeSpan({ method, route }: RequestName, request: Request): SpanDescription {
  const isKnown = route !== 'none';
  const word = method === '_OTHER' ? 'HTTP' : method;
  return {
    name: isKnown ? `${word} ${route}` : word,
    kind: 'server',
    attributes: {
      'http.request.method': method,
      'url.scheme': request.protocol,
      'network.protocol.version': request.httpVersion,
      ...(isKnown && { 'http.route': route, 'url.path': route }),
    },
  };
}

function refusal(request: Request, routes: RouteTable): SecretError | undefined {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES)
    return new SecretError('BODY_TOO_LARGE');
  // Express would answer OPTIONS by itself; there is no CORS here.
  return request.method === 'OPTIONS' ? routes.explainMiss(request.path) : undefined;
}
