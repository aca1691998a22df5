import { Injectable } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { contextOf } from '../context/request-context.js';
import { JwtStrategy } from './jwt.strategy.js';

/** Settles who calls, for every route that is not declared public. */
@Injectable()
export class AuthenticationGuard extends AuthGuard() {
  constructor(strategy: JwtStrategy) {
    super({ defaultStrategy: strategy.name });
  }

  override async canActivate(execution: ExecutionContext): Promise<boolean> {
    const request = execution.switchToHttp().getRequest<object>();
    if (contextOf(request).isPublic === true) return true;
    await super.canActivate(execution);
    // Whatever the library did: without a caller nobody gets further.
    return contextOf(request).caller !== undefined;
  }

  /** The failures of ours as they are, and not one of the framework in their place. */
  override handleRequest<Caller>(failure: Error | null, caller: Caller): Caller {
    if (failure !== null) throw failure;
    return caller;
  }
}
