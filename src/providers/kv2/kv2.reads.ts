import type { SecretKeys } from '../../ports/secret-provider.port.js';
import type { JsonObject } from '../../secrets/json.js';
import { SecretError } from '../../secrets/secret.errors.js';
import type { SecretUri } from '../../secrets/secret-uri.js';
import type { Kv2Engine } from './kv2.engine.js';
import type { StoredVersion } from './kv2.records.js';

interface LiveVersion {
  readonly version: number;
  readonly values: JsonObject;
}

/** Reads of one version: the latest, or the one that the address pins. */
export class Kv2Reads {
  constructor(private readonly engine: Kv2Engine) {}

  /** @throws SecretError as SecretProvider.read */
  async read(uri: SecretUri): Promise<LiveVersion> {
    return this.requireLive(uri, await this.engine.read(uri, uri.version));
  }

  /** @throws SecretError as SecretProvider.readKeys */
  async readKeys(uri: SecretUri): Promise<SecretKeys> {
    const subkeys = await this.engine.findSubkeys(uri, uri.version);
    const { version, values } =
      subkeys === undefined ? await this.read(uri) : await this.requireLive(uri, subkeys);
    return { keys: Object.keys(values), version };
  }

  private async requireLive(uri: SecretUri, stored: StoredVersion): Promise<LiveVersion> {
    const isPinned = uri.version !== undefined;
    switch (stored.state) {
      case 'live':
        return stored;
      case 'deleted':
        throw new SecretError(isPinned ? 'VERSION_DELETED' : 'SECRET_DELETED');
      case 'destroyed':
        throw new SecretError(isPinned ? 'VERSION_DESTROYED' : 'SECRET_DELETED');
      case 'missing':
        throw new SecretError(
          isPinned && (await this.hasVersions(uri)) ? 'VERSION_NOT_FOUND' : 'SECRET_NOT_FOUND',
        );
      default:
        return stored satisfies never;
    }
  }

  /** A version that is not there and a secret that is not there are one answer of the store. */
  private async hasVersions(uri: SecretUri): Promise<boolean> {
    const metadata = await this.engine.findMetadata(uri);
    return metadata !== undefined && metadata.currentVersion > 0;
  }
}
