import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { contextOf } from '../context/request-context.js';
import { OPERATIONS } from '../secrets/operations.js';
import { ScopeCheck } from './scope.check.js';

/** Refuses whoever lacks the scope of the operation, before anything of the request is read. */
@Injectable()
export class ScopesGuard implements CanActivate {
  constructor(private readonly scopes: ScopeCheck) {}

  canActivate(execution: ExecutionContext): boolean {
    const { isPublic, operation, caller } = contextOf(execution.switchToHttp().getRequest<object>());
    if (isPublic === true) return true;
    if (operation === undefined) return false;
    this.scopes.demand(caller, [OPERATIONS[operation].purpose]);
    return true;
  }
}
