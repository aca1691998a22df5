import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { ApplicationModule } from './application/application.module.js';
import { AuthModule } from './auth/auth.module.js';
import { AuthenticationGuard } from './auth/authentication.guard.js';
import type { AppConfig } from './config/app-config.js';
import { ConfigModule } from './config/config.module.js';
import { ConsoleModule } from './console/console.module.js';
import { AuditHttpModule } from './http/audit-http.module.js';
import { FormGuard } from './http/form.guard.js';
import { HttpModule } from './http/http.module.js';
import { ProblemFilter } from './http/problem.filter.js';
import { ObservabilityModule } from './observability/observability.module.js';
import { PepInterceptor } from './pep/pep.interceptor.js';
import { PepModule } from './pep/pep.module.js';
import { RateLimitGuard } from './pep/rate-limit.guard.js';
import { RouteGuard } from './pep/route.guard.js';
import { ScopesGuard } from './pep/scopes.guard.js';

/** The composition root, and the way of every request: guards, then interceptors, in the order that stands here. */
@Module({})
export class AppModule {
  static register(config: AppConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.register(config),
        ObservabilityModule,
        AuthModule,
        PepModule,
        ApplicationModule,
        HttpModule,
        ...(config.audit.hasEndpoints ? [AuditHttpModule, ConsoleModule] : []),
      ],
      providers: [
        { provide: APP_GUARD, useExisting: RouteGuard },
        { provide: APP_GUARD, useExisting: AuthenticationGuard },
        { provide: APP_GUARD, useExisting: RateLimitGuard },
        { provide: APP_GUARD, useExisting: ScopesGuard },
        { provide: APP_GUARD, useExisting: FormGuard },
        { provide: APP_INTERCEPTOR, useExisting: PepInterceptor },
        { provide: APP_FILTER, useExisting: ProblemFilter },
      ],
    };
  }
}
