import { Injectable } from '@nestjs/common';
import { PolicyEnforcementPoint } from '../ports/policy-enforcement.port.js';
import { SecretProviders } from '../ports/secret-providers.port.js';
import type { Grant } from '../secrets/grant.js';
import type { SecretMetadata, VersionResult } from '../secrets/secret-metadata.js';

/** The versions of a secret and what is kept about it; only stores with versions can do this. */
@Injectable()
export class VersionsService {
  constructor(
    private readonly providers: SecretProviders,
    private readonly enforcement: PolicyEnforcementPoint,
  ) {}

  /** @throws SecretError SECRET_NOT_FOUND */
  readMetadata({ resource }: Grant): Promise<SecretMetadata> {
    return this.providers.callVersioned(resource.scheme, 'readMetadata', (store) =>
      store.readMetadata(resource),
    );
  }

  /** One result for each version asked for, duplicates once, in the order asked. @throws SecretError SECRET_NOT_FOUND */
  undelete({ resource }: Grant, versions: readonly number[]): Promise<readonly VersionResult[]> {
    const distinct = [...new Set(versions)];
    return this.providers.callVersioned(resource.scheme, 'undelete', (store) =>
      store.undelete(resource, distinct),
    );
  }

  /** As `undelete`, for good. */
  destroy({ resource }: Grant, versions: readonly number[]): Promise<readonly VersionResult[]> {
    const distinct = [...new Set(versions)];
    return this.providers.callVersioned(resource.scheme, 'destroyVersions', (store) =>
      store.destroyVersions(resource, distinct),
    );
  }

  /** Ends the grants on the secret: they were given while it was another's. @throws SecretError SECRET_NOT_FOUND */
  async updateOwner(grant: Grant, owner: string): Promise<void> {
    const { resource } = grant;
    try {
      await this.providers.callVersioned(resource.scheme, 'updateOwner', (store) =>
        store.updateOwner(resource, owner),
      );
    } finally {
      // Also where the outcome is not known.
      await this.enforcement.endGrants(grant);
    }
  }
}
