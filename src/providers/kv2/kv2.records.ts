import type { JsonObject } from '../../secrets/json.js';
import type { CurrentSecret } from '../../secrets/secret-change.js';
import type { SecretMetadata, SecretVersion, VersionState } from '../../secrets/secret-metadata.js';
import { findObject } from './kv2.answer.js';
import type { Kv2Answer } from './kv2.answer.js';
import { parseStoreTime } from './kv2.clock.js';
import { failureOfAnswer } from './kv2.failures.js';

/** One version as the store answers for it; `missing` is version 0. */
export type StoredVersion =
  | { readonly state: 'live'; readonly version: number; readonly values: JsonObject }
  | { readonly state: 'deleted' | 'destroyed'; readonly version: number }
  | { readonly state: 'missing'; readonly version: 0 };

export interface WrittenVersion {
  readonly version: number;
  readonly createdTime: string;
  readonly customMetadata: Readonly<Record<string, string>>;
}

/** Metadata with what only the store's own check-and-set needs. */
export interface StoredMetadata extends SecretMetadata {
  /** Undefined where the store has no check-and-set of metadata. */
  readonly metadataVersion: number | undefined;
}

/**
 * The answer to a read of data or subkeys. There are three kinds of 404: soft-deleted and destroyed versions come with
 * their metadata, what never was (or was pruned) without.
 * @throws Kv2Failure for any other answer, that of a version 1 engine too
 */
export function parseStoredVersion(answer: Kv2Answer, payload: 'data' | 'subkeys'): StoredVersion {
  const { status, body } = answer;
  const metadata = findObject(body, 'data', 'metadata');
  if (metadata !== undefined && typeof metadata.version === 'number') {
    const { version } = metadata;
    const values = findObject(body, 'data', payload);
    if (status === 200 && values !== undefined) return { state: 'live', version, values };
    if (status === 200 || status === 404)
      return { state: metadata.destroyed === true ? 'destroyed' : 'deleted', version };
  }
  if (status === 404 && Array.isArray(body.errors)) return { state: 'missing', version: 0 };
  throw failureOfAnswer(answer);
}

export function asCurrent(stored: StoredVersion): CurrentSecret {
  if (stored.state === 'live') return { state: 'live', values: stored.values };
  return { state: stored.state === 'missing' ? 'missing' : 'deleted' };
}

/** @throws Kv2Failure where the answer is none of a write to KV version 2 */
export function parseWritten(answer: Kv2Answer): WrittenVersion {
  const data = findObject(answer.body, 'data');
  if (answer.status !== 200 || typeof data?.version !== 'number') throw failureOfAnswer(answer);
  return {
    version: data.version,
    createdTime: text(data.created_time),
    customMetadata: parseCustomMetadata(data),
  };
}

/** @throws Kv2Failure where the object is no metadata of KV version 2 */
export function parseMetadata(data: JsonObject | undefined, answer: Kv2Answer): StoredMetadata {
  const versions = findObject(data, 'versions');
  if (data === undefined || versions === undefined || typeof data.current_version !== 'number')
    throw failureOfAnswer(answer);
  // By the store's clock, to the end of the second that its Date cuts off: a deletion of a moment ago is past.
  const nowMs = answer.dateMs === undefined ? Date.now() : answer.dateMs + 999;
  const kept = Object.keys(versions)
    .map((number) => parseVersion(Number(number), findObject(versions, number) ?? {}, nowMs))
    .sort((a, b) => b.version - a.version);
  return {
    currentVersion: data.current_version,
    // The store says 0 until it has pruned for the first time.
    oldestVersion: kept.at(-1)?.version ?? 0,
    createdTime: text(data.created_time),
    updatedTime: text(data.updated_time),
    maxVersions: typeof data.max_versions === 'number' ? data.max_versions : 0,
    customMetadata: parseCustomMetadata(data),
    versions: kept,
    metadataVersion:
      typeof data.current_metadata_version === 'number' ? data.current_metadata_version : undefined,
  };
}

function parseVersion(version: number, entry: JsonObject, nowMs: number): SecretVersion {
  const deletionTime = text(entry.deletion_time);
  const isDestroyed = entry.destroyed === true;
  const isDeleted = deletionTime !== '' && parseStoreTime(deletionTime) <= nowMs;
  const state: VersionState = isDestroyed ? 'destroyed' : isDeleted ? 'deleted' : 'live';
  return {
    version,
    createdTime: text(entry.created_time),
    deletionTime: deletionTime === '' ? null : deletionTime,
    destroyed: isDestroyed,
    state,
  };
}

export function parseCustomMetadata(data: JsonObject): Record<string, string> {
  const entries = Object.entries(findObject(data, 'custom_metadata') ?? {});
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
