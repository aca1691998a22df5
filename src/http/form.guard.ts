import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { contextOf } from '../context/request-context.js';
import type { IdempotentRequest } from '../application/idempotent-request.js';
import type { RequestContext } from '../context/request-context.js';
import type { Preconditions } from '../ports/secret-provider.port.js';
import { partsOf } from '../secrets/operations.js';
import type { OperationId } from '../secrets/operations.js';
import { addressParameters, parseAddress } from './form/address.js';
import { parseBody } from './form/body-form.js';
import { idempotentRequest, parseIdempotencyKey } from './form/idempotency-key.js';
import { readJsonBody } from './form/json-body.js';
import { parsePreconditions } from './form/preconditions.js';
import { parseQuery } from './form/query.js';
import { attachInput, FORM_RULE } from './form/request-form.js';
import type { FormRule, RequestForm } from './form/request-form.js';

/**
 * Reads the request, once: query and body become a form, an address and the handler's input. The last of the guards,
 * since a body is read only when caller and scope are settled; what it throws is a 400 before anything is decided.
 */
@Injectable()
export class FormGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const request = execution.switchToHttp().getRequest<Request>();
    const context = contextOf(request);
    const rule = this.reflector.get<FormRule | undefined>(FORM_RULE, execution.getHandler()) ?? {};
    if (context.operation !== undefined) await readAddressed(request, rule, context, context.operation);
    else if (context.isPerOperation === true) await readListed(request, rule, context);
    return true;
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
  const idempotentRequest = readIdempotency(request, rule, context, form, preconditions);
  const [first, ...further] = partsOf(operation).map((part) => ({
    operation: part,
    resource: parseAddress(part, (name) => findField(form, name)),
  }));
  if (first === undefined) throw new Error('the operation has no part');
  const input = rule.input?.(form, first.resource, further.at(0)?.resource);
  attachInput(request, { input, preconditions, idempotentRequest });
  context.resource = first.resource;
  context.further = further;
  context.needsVersions = preconditions.ifMatch !== undefined;
}

/** A request whose body names the operations. */
async function readListed(request: Request, rule: FormRule, context: RequestContext): Promise<void> {
  const form = await readForm(request, rule, []);
  const idempotentRequest = readIdempotency(request, rule, context, form, {});
  attachInput(request, { input: rule.inputOfList?.(form), preconditions: {}, idempotentRequest });
}

function readIdempotency(
  request: Request,
  rule: FormRule,
  context: RequestContext,
  { sentBody }: RequestForm,
  preconditions: Preconditions,
): IdempotentRequest | undefined {
  const key = rule.idempotent === true ? parseIdempotencyKey(request.headers) : undefined;
  if (key === undefined || sentBody === undefined) return undefined;
  return idempotentRequest(key, context, sentBody, preconditions);
}

async function readForm(
  request: Request,
  rule: FormRule,
  parameters: readonly string[],
): Promise<RequestForm> {
  const known = new Set([...parameters, ...(rule.query ?? [])]);
  const query = parseQuery(request.url, known);
  if (rule.body === undefined) return { query, body: undefined, sentBody: undefined };
  const sentBody = await readJsonBody(request);
  return { query, body: parseBody(rule.body, sentBody), sentBody };
}

function findField({ query, body }: RequestForm, name: string): string | undefined {
  const field: unknown = body === undefined ? query.get(name) : Reflect.get(body, name);
  return typeof field === 'string' ? field : undefined;
}
