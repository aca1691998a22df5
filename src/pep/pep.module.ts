import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { PdpModule } from '../pdp/pdp.module.js';
import { PolicyEnforcementPoint } from '../ports/policy-enforcement.port.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { EnforcementPoint } from './enforcement-point.js';
import { OutcomeRecorder } from './outcome.recorder.js';
import { PepInterceptor } from './pep.interceptor.js';
import { RouteGuard } from './route.guard.js';
import { ScopeCheck } from './scope.check.js';
import { ScopesGuard } from './scopes.guard.js';

@Module({
  imports: [AuditModule, PdpModule, ProvidersModule],
  providers: [
    { provide: PolicyEnforcementPoint, useClass: EnforcementPoint },
    OutcomeRecorder,
    PepInterceptor,
    RouteGuard,
    ScopeCheck,
    ScopesGuard,
  ],
  exports: [PolicyEnforcementPoint, OutcomeRecorder, PepInterceptor, RouteGuard, ScopeCheck, ScopesGuard],
})
export class PepModule {}
