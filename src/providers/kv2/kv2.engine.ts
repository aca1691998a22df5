import type { JsonObject } from '../../secrets/json.js';
import type { SecretUri } from '../../secrets/secret-uri.js';
import { findObject, says } from './kv2.answer.js';
import type { Kv2Answer } from './kv2.answer.js';
import { Kv2Clock, nowMs, parseStoreTime } from './kv2.clock.js';
import type { ClockReading } from './kv2.clock.js';
import { failureOfAnswer } from './kv2.failures.js';
import type { Kv2Mounts } from './kv2.mounts.js';
import { dataPath, metadataPath, subkeysPath, versionsPath } from './kv2.paths.js';
import type { VersionAction } from './kv2.paths.js';
import { parseMetadata, parseStoredVersion, parseWritten } from './kv2.records.js';
import type { StoredMetadata, StoredVersion, WrittenVersion } from './kv2.records.js';
import type { Kv2Session } from './kv2.session.js';

/** `conflict`: the check-and-set did not hold. `cas-required`: the mount or the secret takes no write without one. */
export type WriteResult = WrittenVersion | 'conflict' | 'cas-required';

/** What became of a change of metadata; `unsupported`: the store, or its policy for the service, has no PATCH. */
export type MetadataResult = 'done' | 'missing' | 'conflict' | 'cas-required' | 'unsupported';

const CAS_FAILED = /check-and-set parameter (did|does) not match/;
const CAS_REQUIRED = /check-and-set parameter required/;
const MISSING: StoredVersion = { state: 'missing', version: 0 };

/**
 * The KV version 2 engine, typed, one call to the store for each method (the check of a mount, once, aside).
 * All methods throw Kv2Failure where the store fails, and what `Kv2Mounts` throws.
 */
export class Kv2Engine {
  readonly clock = new Kv2Clock();

  constructor(
    private readonly session: Kv2Session,
    private readonly mounts: Kv2Mounts,
  ) {}

  async read(uri: SecretUri, version?: number): Promise<StoredVersion> {
    if (!(await this.mounts.isReadable(uri.mount))) return MISSING;
    const answer = await this.session.call({ method: 'GET', path: dataPath(uri, version) });
    return parseStoredVersion(answer, 'data');
  }

  /** As `read`, with keys only; undefined where the store knows no subkeys (Vault before 1.10). */
  async findSubkeys(uri: SecretUri, version?: number): Promise<StoredVersion | undefined> {
    if (!(await this.mounts.isReadable(uri.mount))) return MISSING;
    const answer = await this.session.call({ method: 'GET', path: subkeysPath(uri, version) });
    return isUnsupported(answer) ? undefined : parseStoredVersion(answer, 'subkeys');
  }

  async findMetadata(uri: SecretUri): Promise<StoredMetadata | undefined> {
    return (await this.observeMetadata(uri)).metadata;
  }

  /** Metadata, and what the answer told about the store's clock. */
  async observeMetadata(
    uri: SecretUri,
  ): Promise<{ metadata: StoredMetadata | undefined; reading: ClockReading }> {
    const sentAtMs = nowMs();
    if (!(await this.mounts.isReadable(uri.mount)))
      return { metadata: undefined, reading: { dateMs: undefined, sentAtMs, receivedAtMs: nowMs() } };
    const answer = await this.session.call({ method: 'GET', path: metadataPath(uri) });
    const reading = { dateMs: answer.dateMs, sentAtMs, receivedAtMs: nowMs() };
    if (answer.status === 404 && Array.isArray(answer.body.errors)) return { metadata: undefined, reading };
    if (answer.status !== 200) throw failureOfAnswer(answer);
    return { metadata: parseMetadata(findObject(answer.body, 'data'), answer), reading };
  }

  /** @param cas the version to write after, 0 for a secret without any; undefined writes in any case */
  async write(uri: SecretUri, values: JsonObject, cas?: number): Promise<WriteResult> {
    await this.mounts.requireWritable(uri.mount);
    const body = { data: values, ...(cas === undefined ? {} : { options: { cas } }) };
    const answer = await this.session.call({ method: 'POST', path: dataPath(uri), body });
    if (answer.status === 400 && says(answer, CAS_FAILED)) return 'conflict';
    if (answer.status === 400 && says(answer, CAS_REQUIRED)) return 'cas-required';
    const written = parseWritten(answer);
    this.clock.learn(parseStoreTime(written.createdTime), nowMs());
    return written;
  }

  /** The store answers alike for versions and secrets that it does not have. */
  async actOnVersions(action: VersionAction, uri: SecretUri, versions: readonly number[]): Promise<void> {
    await this.mounts.requireWritable(uri.mount);
    const body = { versions: [...versions] };
    this.expectDone(await this.session.call({ method: 'POST', path: versionsPath(action, uri), body }));
  }

  /** All versions and the metadata, for good. The store answers alike where there is none. */
  async destroy(uri: SecretUri): Promise<void> {
    await this.mounts.requireWritable(uri.mount);
    this.expectDone(await this.session.call({ method: 'DELETE', path: metadataPath(uri) }));
  }

  /** Sets these keys of the custom metadata and keeps the others. */
  async patchCustomMetadata(
    uri: SecretUri,
    entries: Readonly<Record<string, string>>,
    metadataCas?: number,
  ): Promise<MetadataResult> {
    return this.changeMetadata('PATCH', uri, entries, metadataCas);
  }

  /** Replaces the whole custom metadata; makes the secret where there is none. */
  async postCustomMetadata(
    uri: SecretUri,
    entries: Readonly<Record<string, string>>,
    metadataCas?: number,
  ): Promise<MetadataResult> {
    return this.changeMetadata('POST', uri, entries, metadataCas);
  }

  private async changeMetadata(
    method: 'PATCH' | 'POST',
    uri: SecretUri,
    entries: Readonly<Record<string, string>>,
    metadataCas: number | undefined,
  ): Promise<MetadataResult> {
    await this.mounts.requireWritable(uri.mount);
    const body = {
      custom_metadata: { ...entries },
      ...(metadataCas === undefined ? {} : { metadata_cas: metadataCas }),
    };
    const answer = await this.session.call({ method, path: metadataPath(uri), body });
    if (answer.status === 400 && says(answer, CAS_FAILED)) return 'conflict';
    if (answer.status === 400 && says(answer, CAS_REQUIRED)) return 'cas-required';
    if (method === 'PATCH' && (answer.status === 403 || isUnsupported(answer))) return 'unsupported';
    if (answer.status === 404 && answer.form !== 'malformed') return 'missing';
    this.expectDone(answer);
    return 'done';
  }

  private expectDone(answer: Kv2Answer): void {
    const isDone = answer.status === 204 || (answer.status === 200 && answer.form !== 'malformed');
    if (!isDone) throw failureOfAnswer(answer);
  }
}

/** A path or an operation that this store, or its version, does not know. */
function isUnsupported(answer: Kv2Answer): boolean {
  return (
    answer.status === 405 ||
    ((answer.status === 404 || answer.status === 400) && says(answer, /unsupported (path|operation)/))
  );
}
