import { createParamDecorator, SetMetadata } from '@nestjs/common';
import type { CustomDecorator, ExecutionContext } from '@nestjs/common';
import type { IdempotentRequest } from '../../application/idempotent-request.js';
import type { Preconditions } from '../../ports/secret-provider.port.js';
import type { JsonObject } from '../../secrets/json.js';
import type { Resource } from '../../secrets/resource.js';
import type { BodyType } from './body-form.js';
import { refuseContradiction } from './preconditions.js';

/** A request as it was sent, read once and strictly. */
export interface RequestForm {
  readonly query: ReadonlyMap<string, string>;
  /** An instance of the route's body class. */
  readonly body: object | undefined;
  /** The same as it was sent. */
  readonly sentBody: JsonObject | undefined;
}

/** What a route takes beside its address. */
export interface FormRule {
  /** Query parameters of its own. */
  readonly query?: readonly string[];
  readonly body?: BodyType;
  /** Whether If-Match and If-None-Match are honoured. */
  readonly conditional?: boolean;
  /** Whether Idempotency-Key is honoured. */
  readonly idempotent?: boolean;
  /** Makes the handler's input of the form; what it throws is a 400 before anything is decided. */
  readonly input?: (form: RequestForm, resource: Resource, destination: Resource | undefined) => unknown;
  /** The same for a route whose body names the operations. */
  readonly inputOfList?: (form: RequestForm) => unknown;
}

/** What the handler works with. */
interface HandlerInput {
  readonly input: unknown;
  readonly preconditions: Preconditions;
  readonly idempotentRequest: IdempotentRequest | undefined;
}

const INPUT = Symbol('secrets-api handler input');
export const FORM_RULE = 'secrets-api:form-rule';

/** States what a route takes; whatever else is sent is refused. */
export function Takes(rule: FormRule): CustomDecorator {
  return SetMetadata(FORM_RULE, rule);
}

export function attachInput(request: object, input: HandlerInput): void {
  (request as { [INPUT]?: HandlerInput })[INPUT] = input;
}

/** What the route's `input` made of the form. */
export const Input = createParamDecorator(
  (_data: unknown, execution: ExecutionContext) => inputOf(execution).input,
);

/** The request as its Idempotency-Key names it; undefined without one. */
export const Idempotent = createParamDecorator(
  (_data: unknown, execution: ExecutionContext) => inputOf(execution).idempotentRequest,
);

/** What If-Match and If-None-Match ask for. */
export const Conditions = createParamDecorator((_data: unknown, execution: ExecutionContext) => {
  const { preconditions } = inputOf(execution);
  refuseContradiction(preconditions);
  return preconditions;
});

function inputOf(execution: ExecutionContext): HandlerInput {
  const input = execution.switchToHttp().getRequest<{ [INPUT]?: HandlerInput }>()[INPUT];
  if (input === undefined) throw new Error('the form of the request was not read');
  return input;
}
