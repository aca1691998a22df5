import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { contextOf } from '../context/request-context.js';
import type { OperationId } from '../secrets/operations.js';
import { SecretError } from '../secrets/secret.errors.js';
import { ROUTE_POLICY } from './authorize.decorator.js';
import type { RoutePolicy } from './authorize.decorator.js';

/** Refuses routes that declare no authorization, and notes what is asked for: the first of the guards. */
@Injectable()
export class RouteGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(execution: ExecutionContext): boolean {
    const policy = this.reflector.get<RoutePolicy | undefined>(ROUTE_POLICY, execution.getHandler());
    if (policy === undefined) throw new SecretError('ROUTE_NOT_DECLARED');
    const request = execution.switchToHttp().getRequest<Request>();
    const context = contextOf(request);
    if ('public' in policy) context.isPublic = true;
    else if ('each' in policy) context.isPerOperation = true;
    else context.operation = chooseOperation(policy, request.url);
    return true;
  }
}

function chooseOperation(policy: Extract<RoutePolicy, { operation: OperationId }>, url: string): OperationId {
  const { operation, orWhen } = policy;
  if (orWhen === undefined) return operation;
  const query = new URLSearchParams(url.slice(url.indexOf('?') + 1));
  return query.get(orWhen.query) === orWhen.is ? orWhen.operation : operation;
}
