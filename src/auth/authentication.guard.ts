import { Inject, Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/app-config.js';
import { contextOf } from '../context/request-context.js';
import { ANONYMOUS } from '../secrets/caller.js';
import { SecretError } from '../secrets/secret.errors.js';

/**
 * Settles who calls, for every route. Without authentication that is `anonymous`; a credential that is sent all the
 * same would have to be verified, and as long as no issuer can be configured it is refused and never ignored.
 */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  constructor(@Inject(APP_CONFIG) private readonly config: AppConfig) {}

  canActivate(execution: ExecutionContext): boolean {
    const request = execution.switchToHttp().getRequest<Request>();
    if (request.headers.authorization !== undefined) {
      throw new SecretError(
        'UNAUTHENTICATED',
        'No issuer is configured, so the credential cannot be verified.',
      );
    }
    contextOf(request).caller = { subject: ANONYMOUS, clientId: undefined, tenantId: this.config.tenant.id, token: undefined };
    return true;
  }
}
