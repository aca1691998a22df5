import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Request, RequestHandler, Response } from 'express';
import helmet from 'helmet';
import { AppModule } from './app.module.js';
import type { AppConfig } from './config/app-config.js';
import { Admission } from './http/admission.js';
import { DocumentHolder } from './http/openapi/document-holder.js';
import { createOpenApiDocument } from './http/openapi/openapi-document.js';
import { answerParserFailures } from './http/parser-failures.js';
import { RequestEnd } from './http/request-end.js';
import { startRequest } from './http/request-start.js';
import { ProblemFilter } from './http/problem.filter.js';
import { RefusedRequests } from './http/refused-requests.js';
import { RouteTable } from './http/route-table.js';
import { ServiceAdapter } from './http/service.adapter.js';
import { Log } from './observability/log.js';
import { Metrics } from './observability/metrics.js';
import { Tracing } from './observability/tracing.js';

/**
 * Answers are data: whoever shows one as a page gets nothing loaded, run or framed. A page of ours sends its own policy.
 * No `upgrade-insecure-requests`, which breaks pages on plain http anywhere but on loopback.
 */
const CONTENT_SECURITY_POLICY = {
  useDefaults: false,
  directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
};

/** A body is read in the last guard, when caller and scope are settled; who creates hears of a failure. */
const OPTIONS = { bodyParser: false, bufferLogs: true, abortOnError: false } as const;

/** The whole application, set up and not yet listening: the one of `main` and of every end-to-end test. */
export async function createApplication(config: AppConfig): Promise<NestExpressApplication> {
  const root = AppModule.register(config);
  const adapter = new ServiceAdapter(config);
  const app = await NestFactory.create<NestExpressApplication>(root, adapter, OPTIONS);
  app.useLogger(app.get(Log));
  app.use(sendSecurityHeaders());
  app.use(
    startRequest({
      routes: app.get(RouteTable),
      admission: app.get(Admission),
      metrics: app.get(Metrics),
      tracing: app.get(Tracing),
      end: app.get(RequestEnd),
      problems: app.get(ProblemFilter),
    }),
  );
  app.get(DocumentHolder).buildWith(() => createOpenApiDocument(app));
  const server = app.getHttpServer();
  answerParserFailures(server, adapter.turns, app.get(RefusedRequests));
  server.on('drop', () => app.get(Metrics).httpConnectionsRefused.inc());
  return app;
}

/** What helmet sets is the same for every answer: it is asked once, and its headers are set in one loop. */
function sendSecurityHeaders(): RequestHandler {
  const headers: (readonly [string, string])[] = [];
  const collector = {
    setHeader: (name: string, value: string) => headers.push([name, value]),
    removeHeader: () => undefined,
  };
  const setHeaders = helmet({ contentSecurityPolicy: CONTENT_SECURITY_POLICY });
  setHeaders({} as Request, collector as unknown as Response, () => undefined);
  return (_request, response, next) => {
    for (const [name, value] of headers) response.setHeader(name, value);
    next();
  };
}
