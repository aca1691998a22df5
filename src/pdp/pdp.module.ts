import { Inject, Module } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/app-config.js';
import { ConfigurationError } from '../config/configuration.error.js';
import { Log } from '../observability/log.js';
import { Metrics } from '../observability/metrics.js';
import { PolicyDecisionPoint } from '../ports/policy-decision.port.js';
import type { Purpose } from '../secrets/operations.js';
import { PermitAllPdp } from './permit-all.pdp.js';

/** The engine that is configured; only its code is loaded. */
@Module({
  providers: [{ provide: PolicyDecisionPoint, inject: [APP_CONFIG, Log, Metrics], useFactory: startEngine }],
  exports: [PolicyDecisionPoint],
})
export class PdpModule implements OnApplicationShutdown {
  constructor(@Inject(PolicyDecisionPoint) private readonly pdp: PolicyDecisionPoint) {}

  /** Once every call has been answered. */
  async onApplicationShutdown(): Promise<void> {
    await this.pdp.close();
  }
}

async function startEngine({ pdp }: AppConfig, log: Log, metrics: Metrics): Promise<PolicyDecisionPoint> {
  const actionOf = (purpose: Purpose): string => (purpose === 'read' ? pdp.readAction : purpose);
  switch (pdp.engine) {
    case 'none':
      return new PermitAllPdp();
    case 'cedar':
      return startCedar(pdp.policyDir, actionOf, log, metrics);
    case 'authzen': {
      const { AuthzenPdp } = await import('./authzen/authzen.pdp.js');
      const onFailure = (failure: Error): void => log.warn(`no policy decision: ${failure.message}`);
      return new AuthzenPdp(pdp, { actionOf, onFailure });
    }
    default:
      return pdp satisfies never;
  }
}

async function startCedar(
  folder: string,
  actionOf: (purpose: Purpose) => string,
  log: Log,
  metrics: Metrics,
): Promise<PolicyDecisionPoint> {
  metrics.registry.registerMetric(metrics.policiesStale);
  const [{ CedarPdp }, { PolicySetError }] = await Promise.all([
    import('./cedar/cedar.pdp.js'),
    import('./cedar/policy-set.error.js'),
  ]);
  try {
    return await CedarPdp.load(folder, {
      actionOf,
      onReload: (outcome) => {
        metrics.policyLoads.inc({ outcome: outcome.ok ? 'ok' : 'failed' });
        metrics.policiesStale.set(outcome.ok ? 0 : 1);
        if (outcome.ok) log.info(outcome, 'policies loaded');
        else log.line('error', outcome, 'policies not loaded');
      },
      onFailedPolicy: (policy) => {
        metrics.policyFaults.inc();
        log.warn(`a policy failed while it was evaluated: ${policy}`);
      },
      onCrash: (error) => log.fault(error, {}, 'the policy engine failed'),
    });
  } catch (error) {
    // Written for the operator: file, line and policy.
    throw error instanceof PolicySetError
      ? new ConfigurationError([`PDP_POLICY_DIR: ${error.message}`])
      : error;
  }
}
