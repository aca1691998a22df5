import { Catch, HttpException, Injectable } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { contextOf } from '../context/request-context.js';
import { Log } from '../observability/log.js';
import { Metrics } from '../observability/metrics.js';
import { OutcomeRecorder } from '../pep/outcome.recorder.js';
import { SecretError } from '../secrets/secret.errors.js';
import { describeProblem, headersOf } from './problem.js';
import { RouteTable } from './route-table.js';

/** Answers everything that fails, wherever it failed, in the one shape of RFC 9457, and records it first. */
@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly recorder: OutcomeRecorder,
    private readonly routes: RouteTable,
    private readonly log: Log,
    private readonly metrics: Metrics,
  ) {}

  async catch(exception: unknown, host: ArgumentsHost): Promise<void> {
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    await this.answer(request, http.getResponse<Response>(), this.classify(exception, request));
  }

  /** Records the failure and answers it. Never rejects. */
  async answer(request: Request, response: Response, failure: SecretError): Promise<void> {
    const error = await this.record(request, failure);
    contextOf(request).errorCode = error.code;
    this.metrics.httpErrors.inc({ code: error.code });
    if (response.headersSent) response.destroy();
    else send(request, response, error);
  }

  private classify(exception: unknown, request: Request): SecretError {
    if (exception instanceof SecretError) return exception;
    // No guard of ours throws the framework's exceptions: what is left is a route that nobody matched.
    if (exception instanceof HttpException && exception.getStatus() === 404) {
      return this.routes.explainMiss(request.path);
    }
    this.log.fault(exception, { correlation_id: contextOf(request).correlationId }, 'unexpected failure');
    return new SecretError('INTERNAL_ERROR', undefined, {}, { cause: exception });
  }

  /** Where the record cannot be written that is what is answered. */
  private async record(request: Request, error: SecretError): Promise<SecretError> {
    if (!this.routes.isRecorded(request.path)) return error;
    try {
      await this.recorder.recordFailure(contextOf(request), error);
      return error;
    } catch (failure) {
      return failure instanceof SecretError ? failure : new SecretError('AUDIT_UNAVAILABLE');
    }
  }
}

function send(request: Request, response: Response, error: SecretError): void {
  const { correlationId } = contextOf(request);
  response.status(error.status);
  for (const [name, value] of headersOf(error)) response.setHeader(name, value);
  // What of the body was not read is not waited for.
  if (!request.complete) response.setHeader('Connection', 'close');
  response.end(JSON.stringify(describeProblem(error, request.path, correlationId)));
}
