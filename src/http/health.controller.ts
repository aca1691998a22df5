import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/app-config.js';
import { Public } from '../pep/authorize.decorator.js';
import { AuditTrail } from '../ports/audit-trail.port.js';
import { PolicyDecisionPoint } from '../ports/policy-decision.port.js';
import { SecretProviders } from '../ports/secret-providers.port.js';
import { SharedState } from '../ports/shared-state.port.js';
import type {
  AuditHealthDto,
  HealthDto,
  LivenessDto,
  PolicyHealthDto,
  StateHealthDto,
} from './dto/health.dto.js';
import { Describe } from './openapi/describe.decorator.js';

@ApiTags('Service')
@Controller('health')
export class HealthController {
  constructor(
    private readonly providers: SecretProviders,
    private readonly state: SharedState,
    private readonly decisionPoint: PolicyDecisionPoint,
    private readonly trail: AuditTrail,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  @Get('live')
  @Describe('checkLiveness')
  @Public('says nothing but that the process answers')
  live(): LivenessDto {
    return { status: 'ok' };
  }

  @Get('ready')
  @Describe('checkReadiness')
  @Public('names schemes and states, no addresses')
  async ready(@Res({ passthrough: true }) response: Response): Promise<HealthDto> {
    const [health, state, policy] = await Promise.all([
      this.providers.checkHealth(),
      this.findStateHealth(),
      this.findPolicyHealth(),
    ]);
    const stores = [...health];
    const audit = this.findAuditHealth();
    const needed = this.config.audit.mode === 'required' ? [state, policy, audit] : [state, policy];
    const isReady =
      stores.every(([, { usable }]) => usable) && needed.every((part) => part?.status !== 'unavailable');
    response.status(isReady ? 200 : 503).setHeader('Cache-Control', 'no-store');
    return {
      status: isReady ? 'ok' : 'unavailable',
      stores: Object.fromEntries(
        stores.map(([scheme, { usable, state }]) => [
          scheme,
          { status: usable ? 'ok' : 'unavailable', state },
        ]),
      ),
      ...(state && { state }),
      ...(policy && { policy }),
      ...(audit && { audit }),
    };
  }

  /** Memory is always there and not worth a word. */
  private async findStateHealth(): Promise<StateHealthDto | undefined> {
    if (this.config.state.redisUrl === undefined) return undefined;
    return { status: (await this.state.checkHealth()) ? 'ok' : 'unavailable' };
  }

  private findAuditHealth(): AuditHealthDto | undefined {
    const { file, kafka } = this.config.audit;
    if (file === undefined && kafka === undefined) return undefined;
    return { status: this.trail.isUsable() ? 'ok' : 'unavailable' };
  }

  private async findPolicyHealth(): Promise<PolicyHealthDto | undefined> {
    if (this.decisionPoint.engine === 'none') return undefined;
    const { usable, state } = await this.decisionPoint.checkHealth();
    return { status: usable ? 'ok' : 'unavailable', state };
  }
}
