import { Inject, Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/app-config.js';
import { contextOf } from '../context/request-context.js';
import { OPERATIONS } from '../secrets/operations.js';
import { askedParts } from './asked-parts.js';
import { ScopeCheck } from './scope.check.js';

/** Refuses whoever lacks the scope of the operation, before anything of the request is read. */
@Injectable()
export class ScopesGuard implements CanActivate {
  constructor(
    private readonly scopes: ScopeCheck,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  canActivate(execution: ExecutionContext): boolean {
    const { isPublic, isPerOperation, operation, caller } = contextOf(
      execution.switchToHttp().getRequest<object>(),
    );
    if (isPublic === true || isPerOperation === true) return true;
    if (operation === undefined) return false;
    const parts = askedParts(operation, this.config.transfer);
    this.scopes.demand(
      caller,
      parts.map((part) => OPERATIONS[part].purpose),
    );
    return true;
  }
}
