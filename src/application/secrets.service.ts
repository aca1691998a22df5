import { Injectable } from '@nestjs/common';
import { Metrics } from '../observability/metrics.js';
import type { ChangeOutcome, Preconditions } from '../ports/secret-provider.port.js';
import { SecretProviders } from '../ports/secret-providers.port.js';
import type { Grant } from '../secrets/grant.js';
import type { SecretChange } from '../secrets/secret-change.js';

/** What a deletion took away: one key, the latest version (softly), the secret, or all versions for good. */
export interface Deletion {
  readonly deleted: 'key' | 'version' | 'secret' | 'all_versions';
  /** The version that was deleted, or the one without the key. */
  readonly version: number | undefined;
}

/** Writing, rotating and deleting one secret. */
@Injectable()
export class SecretsService {
  constructor(
    private readonly providers: SecretProviders,
    private readonly metrics: Metrics,
  ) {}

  /** A write, or a rotation where the change asks that the secret (and key) exist. @throws as SecretProvider.change */
  async change(grant: Grant, change: SecretChange, preconditions: Preconditions): Promise<ChangeOutcome> {
    const { scheme } = grant.resource;
    const options = { ...preconditions, subject: grant.caller.subject };
    const outcome = await this.providers.call(scheme, 'change', (provider) =>
      provider.change(grant.resource.secret(), change, options),
    );
    if (outcome.warnings.length > 0) this.metrics.stampFailures.inc({ provider: scheme });
    return outcome;
  }

  /** Deletes the key that the address names, else the secret's latest version. @throws as SecretProvider.remove */
  async delete(grant: Grant, preconditions: Preconditions): Promise<Deletion> {
    const { scheme, fragment: key } = grant.resource;
    if (key !== undefined) {
      const { version } = await this.change(grant, { kind: 'remove-key', key }, preconditions);
      return { deleted: 'key', version };
    }
    return this.providers.call(scheme, 'remove', (provider) =>
      provider.remove(grant.resource, preconditions),
    );
  }

  /** Takes every version and the metadata away for good. @throws as SecretProvider.destroy */
  async destroy(grant: Grant, preconditions: Preconditions): Promise<Deletion> {
    const { scheme } = grant.resource;
    return this.providers.call(scheme, 'destroy', (provider) =>
      provider.destroy(grant.resource, preconditions),
    );
  }
}
