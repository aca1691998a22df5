import { nowNanos } from './go-time.js';
import { isGone } from './kv2-secret.js';
import type { Kv2Secret, Kv2Settings, Kv2Version } from './kv2-secret.js';

/** What the parts of one KV v2 mount share. */
export class Kv2State {
  readonly secrets = new Map<string, Kv2Secret>();
  readonly settings: Kv2Settings = {
    maxVersions: 0,
    casRequired: false,
    metadataCasRequired: false,
    deleteVersionAfterSeconds: 0,
  };

  /** @param isOpenbao with what HashiCorp's store does not have: metadata check-and-set, detailed listings */
  constructor(readonly isOpenbao: boolean) {}

  /** 0, negative and missing numbers mean the latest. */
  findVersion(
    name: string,
    wanted: number | undefined,
  ): { secret: Kv2Secret; version: Kv2Version; number: number } | undefined {
    const secret = this.secrets.get(name);
    if (secret === undefined) return undefined;
    const number = wanted !== undefined && wanted > 0 ? wanted : secret.currentVersion;
    const version = secret.versions.get(number);
    return version && { secret, version, number };
  }

  deleteVersions(secret: Kv2Secret, numbers: number[]): void {
    for (const number of numbers) {
      const version = secret.versions.get(number);
      // What is deleted already keeps its time of deletion.
      if (version !== undefined && !isGone(version)) version.deletedNanos = nowNanos();
    }
  }
}
