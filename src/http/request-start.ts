import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { attachContext } from '../context/request-context.js';
import type { Metrics } from '../observability/metrics.js';
import { SecretError } from '../secrets/secret.errors.js';
import type { Admission } from './admission.js';
import { MAX_BODY_BYTES } from './form/json-body.js';
import type { RouteTable } from './route-table.js';
import { refuseFraming } from './server/request-framing.js';

const EVENTS_PATH = '/api/secrets/events';
const CORRELATION_ID = /^[A-Za-z0-9._-]{1,128}$/;
/** W3C Trace Context, level 1: version, trace id, parent id, flags. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}/;

/** The first step of every request: its context, its measure, and what is refused before anybody looks closer. */
export function startRequest(routes: RouteTable, admission: Admission, metrics: Metrics): RequestHandler {
  return (request: Request, response: Response, next: NextFunction): void => {
    const startedAtMs = performance.now();
    const sent = request.headers['x-correlation-id'];
    const correlationId = typeof sent === 'string' && CORRELATION_ID.test(sent) ? sent : randomUUID();
    const { traceparent } = request.headers;
    const traceId = typeof traceparent === 'string' ? (TRACEPARENT.exec(traceparent)?.[1] ?? null) : null;
    attachContext(request, { correlationId, traceId, startedAtMs });
    response.setHeader('X-Correlation-Id', correlationId);
    const isOnSecrets = routes.isRecorded(request.path);
    if (isOnSecrets) response.setHeader('Cache-Control', 'no-store');
    const fault = refuseFraming(request);
    // Where the request ends is not for certain either.
    if (fault !== undefined) response.setHeader('Connection', 'close');
    const refused =
      fault ?? refusal(request, routes) ?? (isOnSecrets ? admission.findRefusal(request) : undefined);
    // Those who follow the events stay for hours, and have a limit of their own.
    const leave = isOnSecrets && request.path !== EVENTS_PATH ? admission.enter() : undefined;
    metrics.httpInFlight.inc();
    response.once('close', () => {
      metrics.httpInFlight.dec();
      leave?.();
      const labels = {
        method: routes.knownMethodOf(request.method),
        route: routes.templateOf(request.path),
      };
      metrics.httpRequests.inc({ ...labels, status: response.statusCode });
      metrics.httpDuration.observe(labels, (performance.now() - startedAtMs) / 1000);
    });
    next(refused);
  };
}

function refusal(request: Request, routes: RouteTable): SecretError | undefined {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES)
    return new SecretError('BODY_TOO_LARGE');
  // Express would answer OPTIONS by itself; there is no CORS here.
  return request.method === 'OPTIONS' ? routes.explainMiss(request.path) : undefined;
}
