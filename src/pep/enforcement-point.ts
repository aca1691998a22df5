import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/app-config.js';
import { PolicyDecisionPoint } from '../ports/policy-decision.port.js';
import { PolicyEnforcementPoint } from '../ports/policy-enforcement.port.js';
import type { AccessRequest } from '../ports/policy-enforcement.port.js';
import { SecretProviders } from '../ports/secret-providers.port.js';
import { Grant } from '../secrets/grant.js';
import { OPERATIONS } from '../secrets/operations.js';
import type { OperationId, StoreKind } from '../secrets/operations.js';
import { SecretError } from '../secrets/secret.errors.js';
import { SecretUri } from '../secrets/secret-uri.js';
import type { SecretPrefix } from '../secrets/secret-uri.js';

type Resource = SecretUri | SecretPrefix;

/** The one place where access is decided. Nothing in a store is read or written before its answer. */
@Injectable()
export class EnforcementPoint extends PolicyEnforcementPoint {
  constructor(
    private readonly decisionPoint: PolicyDecisionPoint,
    private readonly providers: SecretProviders,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {
    super();
  }

  override async authorize<R extends Resource>(request: AccessRequest<R>): Promise<Grant<R>> {
    const { operation, resource, caller, correlationId } = request;
    const { purpose } = OPERATIONS[operation];
    this.refuseForeignMount(resource);
    this.refuseUnsupported(request);
    const [decision] = await this.decisionPoint.decide([{ caller, purpose, resource, correlationId }]);
    if (decision === undefined) throw new SecretError('PDP_UNAVAILABLE');
    if (decision.effect !== 'permit') {
      throw new SecretError('SECRET_AUTHZ_FAILED', undefined, { purpose, decision_id: decision.decisionId });
    }
    return new Grant(purpose, resource, caller, decision.decisionId, correlationId);
  }

  override async mayList(
    grant: Grant<SecretPrefix>,
    uris: readonly SecretUri[],
  ): Promise<readonly boolean[]> {
    const { caller, purpose, correlationId } = grant;
    const questions = uris.map((resource) => ({ caller, purpose, resource, correlationId }));
    const decisions = await this.decisionPoint.decide(questions);
    if (decisions.length !== questions.length) throw new SecretError('PDP_UNAVAILABLE');
    return decisions.map(({ effect }) => effect === 'permit');
  }

  /** The same answer whether or not the mount exists: the store is not asked. */
  private refuseForeignMount({ mount }: Resource): void {
    if (!this.config.tenant.allowedMounts.includes(mount)) throw new SecretError('TENANT_MOUNT_MISMATCH');
  }

  private refuseUnsupported({ operation, resource, needsVersions }: AccessRequest<Resource>): void {
    const store: StoreKind = resource.scheme === 'yaml' ? 'yaml' : 'kv2';
    const stores: readonly StoreKind[] = OPERATIONS[operation].stores;
    if (!stores.includes(store)) throw new SecretError('NOT_SUPPORTED', hintFor(operation));
    const isPinned = resource instanceof SecretUri && resource.version !== undefined;
    if (store === 'yaml' && (isPinned || needsVersions)) {
      throw new SecretError('NOT_SUPPORTED', 'The YAML store keeps no versions.');
    }
    if (!this.providers.isConfigured(resource.scheme)) throw new SecretError('PROVIDER_NOT_CONFIGURED');
  }
}

function hintFor(operation: OperationId): string | undefined {
  return operation === 'readSecret'
    ? 'This route reads the YAML store. For other providers use GET /api/secrets/value.'
    : undefined;
}
