import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { NestExpressApplication } from '@nestjs/platform-express';
import express from 'express';
import type { Express } from 'express';
import helmet from 'helmet';
import { AppModule } from './app.module.js';
import type { AppConfig } from './config/app-config.js';
import { DocumentHolder } from './http/openapi/document-holder.js';
import { createOpenApiDocument } from './http/openapi/openapi-document.js';
import { answerParserFailures } from './http/parser-failures.js';
import { startRequest } from './http/request-start.js';
import { RouteTable } from './http/route-table.js';
import { Log } from './observability/log.js';
import { Metrics } from './observability/metrics.js';

/**
 * Answers are data: whoever shows one as a page gets nothing loaded, run or framed. A page of ours sends its own policy.
 * No `upgrade-insecure-requests`, which breaks pages on plain http anywhere but on loopback.
 */
const CONTENT_SECURITY_POLICY = {
  useDefaults: false,
  directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
};

/** The whole application, set up and not yet listening: the one of `main` and of every end-to-end test. */
export async function createApplication(config: AppConfig): Promise<NestExpressApplication> {
  // A body is read in the exchange interceptor, when caller and scope are settled.
  const options = { bodyParser: false, bufferLogs: true };
  const adapter = new ExpressAdapter(createExpress());
  const app = await NestFactory.create<NestExpressApplication>(AppModule.register(config), adapter, options);
  app.useLogger(app.get(Log));
  app.use(startRequest(app.get(RouteTable), app.get(Metrics)));
  app.use(helmet({ contentSecurityPolicy: CONTENT_SECURITY_POLICY }));
  app.get(DocumentHolder).buildWith(() => createOpenApiDocument(app));
  answerParserFailures(app.getHttpServer());
  return app;
}

/** Made here and not by Nest: the settings of the router count only before its first use. */
function createExpress(): Express {
  const server = express();
  server.disable('x-powered-by');
  // Express would hash every secret into an ETag; ours are versions.
  server.disable('etag');
  server.enable('strict routing');
  server.enable('case sensitive routing');
  server.set('query parser', false);
  return server;
}
