import type { NestExpressApplication } from '@nestjs/platform-express';
import helmet from 'helmet';
import { answerParserFailures } from './http/parser-failures.js';
import { startRequest } from './http/request-start.js';
import { RouteTable } from './http/route-table.js';
import { Log } from './observability/log.js';
import { Metrics } from './observability/metrics.js';

/** Options of `NestFactory.create`: bodies are read in the exchange interceptor, when caller and scope are settled. */
export const APP_OPTIONS = { bodyParser: false, bufferLogs: true } as const;

/** What every instance of the application has, the one of the tests too. Call it before `init` or `listen`. */
export function configureApp(app: NestExpressApplication): void {
  app.useLogger(app.get(Log));
  app.disable('x-powered-by');
  // Express would hash every secret into an ETag; ours are versions.
  app.disable('etag');
  app.enable('strict routing');
  app.enable('case sensitive routing');
  app.set('query parser', false);
  app.use(startRequest(app.get(RouteTable), app.get(Metrics)));
  app.use(helmet());
  answerParserFailures(app.getHttpServer());
}
