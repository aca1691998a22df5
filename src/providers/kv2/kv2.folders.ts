import type { JsonObject } from '../../secrets/json.js';
import { findObject } from './kv2.answer.js';
import type { Kv2Answer } from './kv2.answer.js';
import { failureOfAnswer } from './kv2.failures.js';
import type { Kv2Mounts } from './kv2.mounts.js';
import { folderPath } from './kv2.paths.js';
import type { FolderQuestion } from './kv2.paths.js';
import { parseMetadata } from './kv2.records.js';
import type { StoredMetadata } from './kv2.records.js';
import type { Kv2Session } from './kv2.session.js';

/** A name below a folder; a folder's own ends in `/`. */
export interface FoundName {
  readonly name: string;
  readonly metadata?: StoredMetadata;
}

/** Asks for the names in a folder; one call to the store for each method. All throw Kv2Failure and as `Kv2Mounts`. */
export class Kv2Folders {
  constructor(
    private readonly session: Kv2Session,
    private readonly mounts: Kv2Mounts,
  ) {}

  isReadable(mount: string): Promise<boolean> {
    return this.mounts.isReadable(mount);
  }

  /** What lies directly in the folder. */
  async list(mount: string, folders: readonly string[]): Promise<readonly FoundName[]> {
    const answer = await this.ask('list', mount, folders);
    // An empty folder is 404 and looks like one that never was.
    if (answer.status === 404 && Array.isArray(answer.body.errors)) return [];
    return namesOf(answer) ?? fail(answer);
  }

  /** Every secret below the folder, all levels down; undefined where the store knows no SCAN. */
  async findAll(mount: string, folders: readonly string[]): Promise<readonly FoundName[] | undefined> {
    const answer = await this.ask('scan', mount, folders);
    return namesOf(answer) ?? this.emptyUnlessUnknown(answer);
  }

  /** As `findAll`, with the metadata of each. */
  async findAllDetailed(
    mount: string,
    folders: readonly string[],
  ): Promise<readonly FoundName[] | undefined> {
    const answer = await this.ask('detailed-scan', mount, folders);
    const infos = answer.status === 200 ? findObject(answer.body, 'data', 'key_info') : undefined;
    if (infos === undefined) return this.emptyUnlessUnknown(answer);
    return Object.keys(infos).map((name) => ({ name, metadata: metadataOf(infos, name, answer) }));
  }

  private ask(question: FolderQuestion, mount: string, folders: readonly string[]): Promise<Kv2Answer> {
    return this.session.call({ method: 'GET', path: folderPath(question, mount, folders) });
  }

  /** A SCAN that finds nothing is 200 with empty data; a store without SCAN reads the folder's name as a secret's. */
  private emptyUnlessUnknown(answer: Kv2Answer): readonly FoundName[] | undefined {
    const data = answer.status === 200 ? findObject(answer.body, 'data') : undefined;
    if (data !== undefined) return Object.keys(data).length === 0 ? [] : undefined;
    const isUnknown = answer.status === 404 || answer.status === 405 || answer.status === 400;
    return isUnknown && answer.form === 'object' ? undefined : fail(answer);
  }
}

function namesOf({ status, body }: Kv2Answer): readonly FoundName[] | undefined {
  const keys = status === 200 ? findObject(body, 'data')?.keys : undefined;
  if (!Array.isArray(keys)) return undefined;
  return keys.filter((name) => typeof name === 'string').map((name) => ({ name }));
}

function metadataOf(infos: JsonObject, name: string, answer: Kv2Answer): StoredMetadata {
  return parseMetadata(findObject(infos, name), answer);
}

function fail(answer: Kv2Answer): never {
  throw failureOfAnswer(answer);
}
