import { Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import { map } from 'rxjs';
import type { Observable } from 'rxjs';
import { contextOf } from '../context/request-context.js';
import type { RequestContext } from '../context/request-context.js';
import { partsOf } from '../secrets/operations.js';
import type { OperationId } from '../secrets/operations.js';
import { Answer } from './answer.js';
import { addressParameters, parseAddress } from './form/address.js';
import { parseBody } from './form/body-form.js';
import { readJsonBody } from './form/json-body.js';
import { parsePreconditions } from './form/preconditions.js';
import { parseQuery } from './form/query.js';
import { attachInput, FORM_RULE } from './form/request-form.js';
import type { FormRule, RequestForm } from './form/request-form.js';

/**
 * The outermost step around a handler: on the way in the request becomes a form and an address, once; on the way out
 * an answer becomes status, headers and body. A body is read only here, when caller and scope are settled.
 */
@Injectable()
export class ExchangeInterceptor implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  async intercept(execution: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = execution.switchToHttp();
    const request = http.getRequest<Request>();
    const context = contextOf(request);
    const rule = this.reflector.get<FormRule | undefined>(FORM_RULE, execution.getHandler()) ?? {};
    if (context.operation !== undefined) await readAddressed(request, rule, context, context.operation);
    else if (context.isPerOperation === true)
      attachInput(request, { input: await readListed(request, rule), preconditions: {} });
    else return next.handle();
    return next.handle().pipe(map((answer: unknown) => sendHead(answer, http.getResponse<Response>())));
  }
}

/** The request of an operation: its form, the address of each of its parts, and the handler's input. */
async function readAddressed(
  request: Request,
  rule: FormRule,
  context: RequestContext,
  operation: OperationId,
): Promise<void> {
  const form = await readForm(request, rule, addressParameters(operation));
  const preconditions = rule.conditional === true ? parsePreconditions(request.headers) : {};
  const [first, ...further] = partsOf(operation).map((part) => ({
    operation: part,
    resource: parseAddress(part, (name) => findField(form, name)),
  }));
  if (first === undefined) throw new Error('the operation has no part');
  attachInput(request, { input: rule.input?.(form, first.resource, further.at(0)?.resource), preconditions });
  context.resource = first.resource;
  context.further = further;
  context.needsVersions = preconditions.ifMatch !== undefined;
}

/** A request whose body names the operations. */
async function readListed(request: Request, rule: FormRule): Promise<unknown> {
  return rule.inputOfList?.(await readForm(request, rule, []));
}

async function readForm(
  request: Request,
  rule: FormRule,
  parameters: readonly string[],
): Promise<RequestForm> {
  const known = new Set([...parameters, ...(rule.query ?? [])]);
  const query = parseQuery(request.url, known);
  const body = rule.body === undefined ? undefined : parseBody(rule.body, await readJsonBody(request));
  return { query, body };
}

function findField({ query, body }: RequestForm, name: string): string | undefined {
  const field: unknown = body === undefined ? query.get(name) : Reflect.get(body, name);
  return typeof field === 'string' ? field : undefined;
}

function sendHead(answer: unknown, response: Response): unknown {
  if (!(answer instanceof Answer)) return answer;
  response.status(answer.status);
  if (answer.version !== undefined) {
    response.setHeader('ETag', `"${answer.version}"`);
    response.setHeader('X-Secret-Version', String(answer.version));
  }
  return answer.body;
}
