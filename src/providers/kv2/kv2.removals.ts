import type { Preconditions, Removal } from '../../ports/secret-provider.port.js';
import { SecretError } from '../../secrets/secret.errors.js';
import type { SecretUri } from '../../secrets/secret-uri.js';
import type { Kv2Engine } from './kv2.engine.js';
import { Kv2Failure } from './kv2.failure.js';
import type { Kv2Outcomes } from './kv2.outcomes.js';
import type { StoredMetadata } from './kv2.records.js';
import { requirePreconditions } from './preconditions.js';

/** Takes versions away, softly or for good. The store answers 204 also for what it does not have, so it is asked first. */
export class Kv2Removals {
  constructor(
    private readonly engine: Kv2Engine,
    private readonly outcomes: Kv2Outcomes,
  ) {}

  /** @throws SecretError as SecretProvider.remove */
  async remove(uri: SecretUri, preconditions: Preconditions): Promise<Removal> {
    const metadata = await this.engine.findMetadata(uri);
    const version = metadata?.currentVersion ?? 0;
    requirePreconditions(version, preconditions);
    if (metadata === undefined || version === 0) throw new SecretError('SECRET_NOT_FOUND');
    if (!isLive(metadata, version)) throw new SecretError('SECRET_DELETED');
    // Exactly this version: one that is written meanwhile counts as written after the delete, and stays.
    await this.deleteVersion(uri, version);
    return { deleted: 'version', version };
  }

  /** @throws SecretError as SecretProvider.destroy */
  async destroy(uri: SecretUri, preconditions: Preconditions): Promise<Removal> {
    const before = await this.engine.findMetadata(uri);
    requirePreconditions(before?.currentVersion ?? 0, preconditions);
    if (before === undefined) throw new SecretError('SECRET_NOT_FOUND');
    // Never sent again: a secret that somebody made anew meanwhile would go too.
    await this.outcomes.settle(
      uri,
      () => this.engine.destroy(uri),
      (after) => after === undefined || after.createdTime !== before.createdTime,
      1,
    );
    return { deleted: 'all_versions', version: undefined };
  }

  /**
   * Deletes this version softly if it is still the latest one afterwards; else it is brought back.
   * @returns whether it was the latest
   */
  async removeVersion(uri: SecretUri, version: number): Promise<boolean> {
    await this.deleteVersion(uri, version);
    const unconfirmed = new Kv2Failure('PROVIDER_ERROR', 'possible');
    const after = await this.outcomes.look(unconfirmed, () => this.engine.findMetadata(uri));
    if (after === undefined || after.currentVersion <= version) return true;
    await this.outcomes.settle(
      uri,
      () => this.engine.actOnVersions('undelete', uri, [version]),
      (metadata) => metadata === undefined || isLive(metadata, version),
    );
    return false;
  }

  private async deleteVersion(uri: SecretUri, version: number): Promise<void> {
    await this.outcomes.settle(
      uri,
      () => this.engine.actOnVersions('delete', uri, [version]),
      (metadata) => metadata === undefined || !isLive(metadata, version),
    );
  }
}

function isLive({ versions }: StoredMetadata, version: number): boolean {
  return versions.some((entry) => entry.version === version && entry.state === 'live');
}
