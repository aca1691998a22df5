import type { JsonObject } from '../secrets/json.js';
import type { Sealed } from '../secrets/sealed.js';
import type { SecretChange } from '../secrets/secret-change.js';
import type { SecretMetadata, VersionResult } from '../secrets/secret-metadata.js';
import type { SecretPrefix, SecretUri } from '../secrets/secret-uri.js';
import type { ListedSecret, Walk } from '../secrets/walk.js';

/** The map of a secret; `version` where the store counts versions. */
export interface SecretSnapshot {
  readonly values: Sealed<JsonObject>;
  readonly version: number | undefined;
}

export interface SecretKeys {
  readonly keys: readonly string[];
  readonly version: number | undefined;
}

/** What has to hold for a change; what does not hold is PRECONDITION_FAILED (412), a missing secret too. */
export interface Preconditions {
  /** The version that the secret has to be at. */
  readonly ifMatch?: number | undefined;
  /** No version of the secret may exist, not even a deleted one. */
  readonly ifNoneMatch?: boolean | undefined;
}

export interface RemovalConditions extends Preconditions {
  /** What the map has to be, in place of a version where the store counts none; else SOURCE_CHANGED. */
  readonly ifValues?: Sealed<JsonObject> | undefined;
}

/**
 * A change that counts once though the process that carries it out may die: what it is about to do is noted outside
 * of it first, and whoever goes on after it looks what became of that. A base is the version after which is written;
 * where the store counts none, 0 for a secret that did not exist and 1 for one that did.
 */
export interface ChangeAttempt {
  /** What was noted last by a process before this one; undefined where none came so far. */
  readonly earlierBase: number | undefined;
  /**
   * Notes the base, before the store is asked for the change.
   * @throws SecretError where the change is another process's by now, or cannot be noted: then nothing may be written
   */
  announce(base: number): Promise<void>;
}

export interface ChangeOptions extends Preconditions {
  /** Who is stamped as `created_by` and `owner` where the change makes the secret; undefined: nobody. */
  readonly subject: string | undefined;
  /** There where the change is to count once over the death of a process. */
  readonly attempt?: ChangeAttempt | undefined;
}

export interface ChangeOutcome {
  /** True where the secret did not exist before, not even as a deleted one. */
  readonly created: boolean;
  readonly version: number | undefined;
  /** What was done as wanted though something beside it failed, as a stable word: `METADATA_NOT_STAMPED`. */
  readonly warnings: readonly string[];
}

export interface Removal {
  readonly deleted: 'version' | 'secret' | 'all_versions';
  readonly version: number | undefined;
}

/**
 * A store of secrets. Addresses are whole (no fragment) unless said otherwise; a fragment reaches a provider only
 * inside a `SecretChange`. Absence is a typed error, and a failing store one of PROVIDER_DENIED, PROVIDER_ERROR,
 * PROVIDER_UNAVAILABLE, PROVIDER_OVERLOADED, PROVIDER_TIMEOUT; none of them carries a text of the store.
 */
export abstract class SecretProvider {
  /**
   * The map at the address's version, or at the latest.
   * @throws SecretError SECRET_NOT_FOUND, SECRET_DELETED (latest), VERSION_NOT_FOUND, VERSION_DELETED,
   *   VERSION_DESTROYED (pinned), NOT_SUPPORTED (pinned, where the store has no versions)
   */
  abstract read(uri: SecretUri): Promise<SecretSnapshot>;

  /** The keys without their values. @throws as `read` */
  abstract readKeys(uri: SecretUri): Promise<SecretKeys>;

  /**
   * Applies one change in isolation: every key that it does not name keeps what others wrote at the same moment.
   * @throws SecretError as `applyChange`, and PRECONDITION_FAILED, WRITE_CONFLICT, OUTCOME_UNKNOWN,
   *   PROVIDER_READ_ONLY, VALUE_TOO_COMPLEX, BODY_TOO_LARGE
   */
  abstract change(uri: SecretUri, change: SecretChange, options: ChangeOptions): Promise<ChangeOutcome>;

  /**
   * Deletes the latest version (softly, where the store knows that), else the secret; with `ifMatch` exactly that version.
   * @throws SecretError SECRET_NOT_FOUND, SECRET_DELETED, PRECONDITION_FAILED, OUTCOME_UNKNOWN, PROVIDER_READ_ONLY
   */
  abstract remove(uri: SecretUri, conditions: RemovalConditions): Promise<Removal>;

  /** Takes all versions and metadata away for good, of a soft-deleted secret too. @throws as `remove` */
  abstract destroy(uri: SecretUri, preconditions: Preconditions): Promise<Removal>;

  /**
   * Every secret under the prefix, all levels down, ordered by decoded path (UTF-16 code units), in batches of
   * the provider's choice. A prefix with nothing under it yields nothing.
   */
  abstract list(prefix: SecretPrefix, walk: Walk): AsyncIterable<readonly ListedSecret[]>;
}

/** What only stores with versions can do. */
export interface VersionedStore {
  /** @throws SecretError SECRET_NOT_FOUND */
  readMetadata(uri: SecretUri): Promise<SecretMetadata>;
  /** @param versions positive, without duplicates @throws SecretError SECRET_NOT_FOUND, OUTCOME_UNKNOWN */
  undelete(uri: SecretUri, versions: readonly number[]): Promise<readonly VersionResult[]>;
  /** @param versions positive, without duplicates @throws SecretError SECRET_NOT_FOUND, OUTCOME_UNKNOWN */
  destroyVersions(uri: SecretUri, versions: readonly number[]): Promise<readonly VersionResult[]>;
  /** Sets `owner` and keeps every other key of the custom metadata. @throws SecretError SECRET_NOT_FOUND */
  updateOwner(uri: SecretUri, owner: string): Promise<void>;
}

export type VersionedSecretProvider = SecretProvider & VersionedStore;

export function isVersioned(provider: SecretProvider): provider is VersionedSecretProvider {
  return 'readMetadata' in provider;
}

/** Health of a store for readiness: `usable` decides, `state` is a word for people. */
export interface StoreHealth {
  readonly usable: boolean;
  readonly state: string;
}

/** A provider that can say how its store is, without reading a secret. */
export interface ObservableStore {
  checkHealth(): Promise<StoreHealth>;
}

export function isObservable(provider: SecretProvider): provider is SecretProvider & ObservableStore {
  return 'checkHealth' in provider;
}
