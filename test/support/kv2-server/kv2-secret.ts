import { nowNanos, printDuration, printTime } from './go-time.js';
import type { JsonObject } from './go-json.js';

/** Settings of a mount or of one secret. */
export interface Kv2Settings {
  maxVersions: number;
  casRequired: boolean;
  metadataCasRequired: boolean;
  /** 0: none. On a mount -1: switched off for every secret. */
  deleteVersionAfterSeconds: number;
}

export interface Kv2Version {
  /** `null` when `{"data": null}` was written. */
  data: JsonObject | null;
  createdNanos: bigint;
  deletedNanos: bigint | undefined;
  isDestroyed: boolean;
}

/** Applies where neither mount nor secret sets `max_versions`. */
const DEFAULT_MAX_VERSIONS = 10;

/** One name in a KV v2 mount: its versions, its settings and its custom metadata. */
export class Kv2Secret {
  readonly versions = new Map<number, Kv2Version>();
  readonly settings: Kv2Settings = {
    maxVersions: 0,
    casRequired: false,
    metadataCasRequired: false,
    deleteVersionAfterSeconds: 0,
  };
  customMetadata: Record<string, string> = {};
  currentVersion = 0;
  oldestVersion = 0;
  /** 0 until metadata is written for the first time. */
  metadataVersion = 0;
  updatedNanos = nowNanos();
  readonly createdNanos = this.updatedNanos;

  addVersion(data: JsonObject | null, mount: Kv2Settings): Kv2Version {
    const createdNanos =
      this.currentVersion === 0 && this.metadataVersion === 0 ? this.createdNanos : nowNanos();
    const version: Kv2Version = {
      data,
      createdNanos,
      deletedNanos: this.findDeletionNanos(createdNanos, mount),
      isDestroyed: false,
    };
    this.currentVersion += 1;
    this.versions.set(this.currentVersion, version);
    this.updatedNanos = createdNanos;
    this.prune(mount);
    return version;
  }

  /** The greater of the two limits holds, so a secret cannot keep fewer versions than its mount says. */
  private prune(mount: Kv2Settings): void {
    const maxVersions = Math.max(this.settings.maxVersions, mount.maxVersions) || DEFAULT_MAX_VERSIONS;
    if (this.currentVersion - this.oldestVersion < maxVersions) return;
    const lastPruned = this.currentVersion - maxVersions;
    for (let number = this.oldestVersion; number <= lastPruned; number += 1) this.versions.delete(number);
    this.oldestVersion = lastPruned + 1;
  }

  /** When a version made now ends by `delete_version_after`: the smaller of the two times that are set. */
  findDeletionNanos(fromNanos: bigint, mount: Kv2Settings): bigint | undefined {
    if (mount.deleteVersionAfterSeconds < 0) return undefined;
    const set = [mount.deleteVersionAfterSeconds, this.settings.deleteVersionAfterSeconds].filter(
      (s) => s !== 0,
    );
    return set.length === 0 ? undefined : fromNanos + BigInt(Math.min(...set)) * 1_000_000_000n;
  }

  describe(): JsonObject {
    const versions = [...this.versions].map(([number, version]) => {
      return [String(number), describeTimes(version)] as const;
    });
    return {
      cas_required: this.settings.casRequired,
      created_time: printTime(this.createdNanos),
      current_metadata_version: this.metadataVersion,
      current_version: this.currentVersion,
      custom_metadata: this.describeCustomMetadata(),
      delete_version_after: printDuration(this.settings.deleteVersionAfterSeconds),
      max_versions: this.settings.maxVersions,
      metadata_cas_required: this.settings.metadataCasRequired,
      oldest_version: this.oldestVersion,
      updated_time: printTime(this.updatedNanos),
      versions: Object.fromEntries(versions),
    };
  }

  describeVersion(number: number, version: Kv2Version): JsonObject {
    return { ...describeTimes(version), custom_metadata: this.describeCustomMetadata(), version: number };
  }

  /** An empty map comes back as null. */
  private describeCustomMetadata(): JsonObject | null {
    return Object.keys(this.customMetadata).length === 0 ? null : this.customMetadata;
  }
}

/** A deletion time in the future is a version that still lives. */
export function isGone(version: Kv2Version): boolean {
  return version.isDestroyed || isDeleted(version);
}

export function isDeleted(version: Kv2Version): boolean {
  return version.deletedNanos !== undefined && version.deletedNanos < nowNanos();
}

function describeTimes(version: Kv2Version): JsonObject {
  return {
    created_time: printTime(version.createdNanos),
    deletion_time: printTime(version.deletedNanos),
    destroyed: version.isDestroyed,
  };
}
