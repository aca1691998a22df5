import { Injectable } from '@nestjs/common';
import { Metrics } from '../observability/metrics.js';
import type { ChangeAttempt, ChangeOutcome, Preconditions, Removal } from '../ports/secret-provider.port.js';
import { SecretProviders } from '../ports/secret-providers.port.js';
import type { Grant } from '../secrets/grant.js';
import { SecretError } from '../secrets/secret.errors.js';
import type { ErrorCode } from '../secrets/secret.errors.js';
import type { SecretChange } from '../secrets/secret-change.js';
import type { IdempotentRequest } from './idempotent-request.js';
import { Idempotency } from './idempotency.service.js';
import type { Once } from './idempotency.service.js';

/** What a deletion took away: one key, the latest version (softly), the secret, or all versions for good. */
export interface Deletion {
  readonly deleted: 'key' | 'version' | 'secret' | 'all_versions';
  /** The version that was deleted, or the one without the key. */
  readonly version: number | undefined;
}

const GONE: ReadonlySet<ErrorCode> = new Set(['SECRET_NOT_FOUND', 'SECRET_DELETED']);

/** Writing, rotating and deleting one secret. */
@Injectable()
export class SecretsService {
  constructor(
    private readonly providers: SecretProviders,
    private readonly idempotency: Idempotency,
    private readonly metrics: Metrics,
  ) {}

  /** As `change`, once for each request that bears an Idempotency-Key. @throws as `change` and Idempotency.run */
  changeOnce(
    request: IdempotentRequest | undefined,
    grant: Grant,
    change: SecretChange,
    preconditions: Preconditions,
  ): Promise<Once<ChangeOutcome>> {
    return this.idempotency.run(request, (attempt) =>
      this.change(grant, change, preconditions, attempt?.change('base')),
    );
  }

  /**
   * A write, or a rotation where the change asks that the secret (and key) exist.
   * @throws as SecretProvider.change
   */
  async change(
    grant: Grant,
    change: SecretChange,
    preconditions: Preconditions,
    attempt?: ChangeAttempt,
  ): Promise<ChangeOutcome> {
    const { scheme } = grant.resource;
    const options = { ...preconditions, subject: grant.caller.subject, attempt };
    const outcome = await this.providers.call(scheme, 'change', (provider) =>
      provider.change(grant.resource.secret(), change, options),
    );
    if (outcome.warnings.length > 0) this.metrics.stampFailures.inc({ provider: scheme });
    return outcome;
  }

  /** Deletes the key that the address names, else the secret's latest version. @throws as SecretProvider.remove */
  async delete(grant: Grant, preconditions: Preconditions, attempt?: ChangeAttempt): Promise<Deletion> {
    const { resource } = grant;
    const { scheme, fragment: key } = resource;
    if (key !== undefined) {
      const { version } = await this.change(grant, { kind: 'remove-key', key }, preconditions, attempt);
      return { deleted: 'key', version };
    }
    const remove = (): Promise<Removal> =>
      this.providers.call(scheme, 'remove', (provider) => provider.remove(resource, preconditions));
    return removeOnce(remove, { deleted: scheme === 'yaml' ? 'secret' : 'version' }, attempt);
  }

  /** Takes every version and the metadata away for good. @throws as SecretProvider.destroy */
  async destroy(
    { resource }: Grant,
    preconditions: Preconditions,
    attempt?: ChangeAttempt,
  ): Promise<Deletion> {
    const { scheme } = resource;
    const destroy = (): Promise<Removal> =>
      this.providers.call(scheme, 'destroy', (provider) => provider.destroy(resource, preconditions));
    return removeOnce(destroy, { deleted: scheme === 'yaml' ? 'secret' : 'all_versions' }, attempt);
  }
}

/** What is gone after a process before this one was at it went by that process. */
async function removeOnce(
  remove: () => Promise<Removal>,
  { deleted }: Pick<Removal, 'deleted'>,
  attempt: ChangeAttempt | undefined,
): Promise<Removal> {
  await attempt?.announce(0);
  try {
    return await remove();
  } catch (error) {
    const isGone = error instanceof SecretError && GONE.has(error.code);
    if (!isGone || attempt?.earlierBase === undefined) throw error;
    return { deleted, version: undefined };
  }
}
