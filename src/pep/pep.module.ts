import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { PdpModule } from '../pdp/pdp.module.js';
import { PolicyEnforcementPoint } from '../ports/policy-enforcement.port.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { StateModule } from '../state/state.module.js';
import { Decisions } from './decisions.js';
import { EnforcementPoint } from './enforcement-point.js';
import { GrantStore } from './grant-store.js';
import { OutcomeRecorder } from './outcome.recorder.js';
import { PepInterceptor } from './pep.interceptor.js';
import { RateLimitGuard } from './rate-limit.guard.js';
import { ResourceFactsReader } from './resource-facts.js';
import { RouteGuard } from './route.guard.js';
import { ScopeCheck } from './scope.check.js';
import { ScopesGuard } from './scopes.guard.js';
import { SharedCounters } from './shared-counters.js';

@Module({
  imports: [AuditModule, PdpModule, ProvidersModule, StateModule],
  providers: [
    { provide: PolicyEnforcementPoint, useClass: EnforcementPoint },
    Decisions,
    GrantStore,
    OutcomeRecorder,
    PepInterceptor,
    RateLimitGuard,
    ResourceFactsReader,
    RouteGuard,
    ScopeCheck,
    ScopesGuard,
    SharedCounters,
  ],
  exports: [
    PolicyEnforcementPoint,
    OutcomeRecorder,
    PepInterceptor,
    RateLimitGuard,
    RouteGuard,
    ScopeCheck,
    ScopesGuard,
  ],
})
export class PepModule {}
