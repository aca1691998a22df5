import { Module } from '@nestjs/common';
import { PolicyDecisionPoint } from '../ports/policy-decision.port.js';
import { PermitAllPdp } from './permit-all.pdp.js';

@Module({
  providers: [{ provide: PolicyDecisionPoint, useClass: PermitAllPdp }],
  exports: [PolicyDecisionPoint],
})
export class PdpModule {}
