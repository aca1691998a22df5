import { SetMetadata } from '@nestjs/common';
import type { CustomDecorator } from '@nestjs/common';
import type { OperationId } from '../secrets/operations.js';

/** What a route declares of its authorization. A route that declares nothing is refused. */
export type RoutePolicy =
  | { readonly operation: OperationId; readonly orWhen?: OperationSwitch }
  | { readonly each: 'body' }
  | { readonly public: string };

/** Another operation of the same route, chosen by a query parameter that has exactly this value. */
export interface OperationSwitch {
  readonly query: string;
  readonly is: string;
  readonly operation: OperationId;
}

export const ROUTE_POLICY = 'secrets-api:route-policy';

/** The whole policy of a route: purpose, scope, event and address follow from the table of operations. */
export function Authorize(operation: OperationId, orWhen?: OperationSwitch): CustomDecorator {
  return SetMetadata(ROUTE_POLICY, { operation, ...(orWhen && { orWhen }) } satisfies RoutePolicy);
}

/** A route whose body names the operations: each of them is authorized and recorded by itself. */
export function AuthorizeEach(): CustomDecorator {
  return SetMetadata(ROUTE_POLICY, { each: 'body' } satisfies RoutePolicy);
}

/** A route that needs no authorization because it touches no secret. @param reason why that is so */
export function Public(reason: string): CustomDecorator {
  return SetMetadata(ROUTE_POLICY, { public: reason } satisfies RoutePolicy);
}
