import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/app-config.js';
import { PolicyEnforcementPoint } from '../ports/policy-enforcement.port.js';
import type { AccessRequest } from '../ports/policy-enforcement.port.js';
import { SecretProviders } from '../ports/secret-providers.port.js';
import { AuditResource } from '../secrets/audit-resource.js';
import type { Caller } from '../secrets/caller.js';
import { Grant } from '../secrets/grant.js';
import { OPERATIONS } from '../secrets/operations.js';
import type { OperationId, StoreKind } from '../secrets/operations.js';
import type { Resource } from '../secrets/resource.js';
import { SecretError } from '../secrets/secret.errors.js';
import { SecretUri } from '../secrets/secret-uri.js';
import type { SecretPrefix } from '../secrets/secret-uri.js';
import { isAsked } from './asked-parts.js';
import { Decisions } from './decisions.js';
import { GrantStore } from './grant-store.js';
import { ScopeCheck } from './scope.check.js';

type Address = SecretUri | SecretPrefix;

/** The one place where access is decided. Nothing in a store is read or written before its answer. */
@Injectable()
export class EnforcementPoint extends PolicyEnforcementPoint {
  constructor(
    private readonly decisions: Decisions,
    private readonly grants: GrantStore,
    private readonly providers: SecretProviders,
    private readonly scopes: ScopeCheck,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {
    super();
  }

  override async authorize<R extends Resource>(request: AccessRequest<R>): Promise<Grant<R>> {
    const [outcome] = await this.authorizeEach([request]);
    if (outcome instanceof Grant) return outcome;
    throw outcome ?? new SecretError('PDP_UNAVAILABLE');
  }

  override async authorizeEach<R extends Resource>(
    requests: readonly AccessRequest<R>[],
  ): Promise<readonly (Grant<R> | SecretError)[]> {
    const refusals = requests.map((request) => this.findRefusal(request));
    const isOpen = requests.map(
      ({ operation }, index) => refusals[index] === undefined && isAsked(operation, this.config.transfer),
    );
    const decided = (await this.decideEach(requests.filter((_, index) => isOpen[index]))).values();
    const outcomes = refusals.map((refusal, index) =>
      isOpen[index] === true ? (decided.next().value ?? new SecretError('PDP_UNAVAILABLE')) : refusal,
    );
    return requests.map((request, index) => outcomes[index] ?? borrowed(request, outcomes[0]));
  }

  override mayList(grant: Grant<SecretPrefix>, uris: readonly SecretUri[]): Promise<readonly boolean[]> {
    const { caller, purpose, correlationId } = grant;
    return this.decisions.permitsEach(uris.map((resource) => ({ caller, purpose, resource, correlationId })));
  }

  override endGrants({ resource }: Grant): Promise<void> {
    return this.grants.endFor(resource);
  }

  private async decideEach<R extends Resource>(
    requests: readonly AccessRequest<R>[],
  ): Promise<readonly (Grant<R> | SecretError)[]> {
    const outcomes = await this.decisions.decideEach(
      requests.map(({ operation, ...request }) => ({ ...request, purpose: OPERATIONS[operation].purpose })),
    );
    return requests.map(({ operation, resource, caller, correlationId }, index) => {
      const outcome = outcomes[index] ?? new SecretError('PDP_UNAVAILABLE');
      if (outcome instanceof SecretError) return outcome;
      return new Grant(OPERATIONS[operation].purpose, resource, caller, outcome, correlationId);
    });
  }

  /** What is refused before any policy is asked. */
  private findRefusal(request: AccessRequest<Resource>): SecretError | undefined {
    const { operation, resource, caller, demandsScope } = request;
    try {
      if (demandsScope === true) this.scopes.demand(caller, [OPERATIONS[operation].purpose]);
      if (resource instanceof AuditResource) this.refuseUnknownTenant(caller);
      else {
        this.refuseForeignMount(caller, resource);
        this.refuseUnsupported({ ...request, resource });
      }
      return undefined;
    } catch (error) {
      if (error instanceof SecretError) return error;
      throw error;
    }
  }

  /** The same answer whether or not the mount exists: the store is not asked. */
  private refuseForeignMount({ tenantId }: Caller, { mount }: Address): void {
    const mounts = this.config.tenant.mountsByTenant.get(tenantId) ?? [];
    if (!mounts.includes(mount)) throw new SecretError('TENANT_MOUNT_MISMATCH');
  }

  /** A caller of no tenant, or of one that is not listed, has no records either. */
  private refuseUnknownTenant({ tenantId }: Caller): void {
    if (!this.config.tenant.mountsByTenant.has(tenantId)) throw new SecretError('TENANT_MOUNT_MISMATCH');
  }

  private refuseUnsupported({ operation, resource, needsVersions }: AccessRequest<Address>): void {
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

/** A part that is not asked about bears the decision of the first. */
function borrowed<R extends Resource>(
  request: AccessRequest<R>,
  first: Grant<R> | SecretError | undefined,
): Grant<R> | SecretError {
  if (!(first instanceof Grant)) return first ?? new SecretError('PDP_UNAVAILABLE');
  const { operation, resource, caller, correlationId } = request;
  return new Grant(OPERATIONS[operation].purpose, resource, caller, first.decisionId, correlationId);
}

function hintFor(operation: OperationId): string | undefined {
  return operation === 'readSecret'
    ? 'This route reads the YAML store. For other providers use GET /api/secrets/value.'
    : undefined;
}
