import type { Caller } from '../secrets/caller.js';
import type { Grant } from '../secrets/grant.js';
import type { OperationId } from '../secrets/operations.js';
import type { Resource } from '../secrets/resource.js';
import type { SecretError } from '../secrets/secret.errors.js';
import type { SecretPrefix, SecretUri } from '../secrets/secret-uri.js';

/** One resource that an operation is asked for. */
export interface AccessRequest<Asked extends Resource> {
  readonly operation: OperationId;
  readonly resource: Asked;
  readonly caller: Caller;
  readonly correlationId: string;
  /** The call has a condition that only a store with versions can check. */
  readonly needsVersions?: boolean | undefined;
  /** Where no guard looked at the scope before: of operations that a body names. */
  readonly demandsScope?: boolean;
}

/** The one place where access is decided: tenant guard, what the provider can do, the policy; then a grant. */
export abstract class PolicyEnforcementPoint {
  /**
   * @throws SecretError TENANT_MOUNT_MISMATCH (400), NOT_SUPPORTED and PROVIDER_NOT_CONFIGURED (501),
   *   SECRET_AUTHZ_FAILED and OBLIGATION_UNKNOWN (403), PDP_UNAVAILABLE and STATE_UNAVAILABLE (503), in this order
   */
  abstract authorize<Asked extends Resource>(request: AccessRequest<Asked>): Promise<Grant<Asked>>;

  /** One outcome for each request, in their order: a grant, or what `authorize` would throw. One list is asked. */
  abstract authorizeEach<Asked extends Resource>(
    requests: readonly AccessRequest<Asked>[],
  ): Promise<readonly (Grant<Asked> | SecretError)[]>;

  /** Which of the secrets a listing may show to the caller: one answer each, in their order. Makes no grants. */
  abstract mayList(grant: Grant<SecretPrefix>, uris: readonly SecretUri[]): Promise<readonly boolean[]>;

  /** Ends what is left of every permit on the secret and on its keys: what they were decided on has changed. */
  abstract endGrants(grant: Grant): Promise<void>;
}
