import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { Grant } from '../secrets/grant.js';
import type { Resource } from '../secrets/resource.js';
import { contextOf } from '../context/request-context.js';

/** The grant of this request: the only way for a handler to an address. */
export const Granted = createParamDecorator(
  (_data: unknown, execution: ExecutionContext): Grant<Resource> => {
    const { grant } = contextOf(execution.switchToHttp().getRequest<object>());
    if (grant === undefined) throw new Error('the route was not authorized');
    return grant;
  },
);

/** The grant of another part of the request, by its place in the table behind the operation itself. */
export const GrantedPart = createParamDecorator(
  (place: number, execution: ExecutionContext): Grant<Resource> => {
    const grant = contextOf(execution.switchToHttp().getRequest<object>()).further?.[place]?.grant;
    if (grant === undefined) throw new Error('the route was not authorized');
    return grant;
  },
);
