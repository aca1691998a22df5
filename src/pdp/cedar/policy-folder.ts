import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PolicySetError } from './policy-set.error.js';

export const SCHEMA_FILE = 'schema.cedarschema';
/** Looks at files that go on side by side. */
const CONCURRENCY = 32;
/** Reading starts again where a file changed meanwhile. */
const READS = 5;
const READ_AGAIN_MS = 50;

export interface PolicyFile {
  readonly name: string;
  readonly text: string;
}

export interface FolderContents {
  /** `*.cedar` in the order of their names. */
  readonly policies: readonly PolicyFile[];
  readonly schema: PolicyFile | undefined;
}

/**
 * Changes whenever a file of the set is written, replaced, added or removed. Links are followed: in a mounted config map
 * each file is one, and a new version is another target.
 * @throws Error of the file system, where the folder or a file cannot be looked at
 */
export async function readFolderStamp(folder: string): Promise<string> {
  const names = await listFiles(folder);
  const lines = await mapInGroups(names, async (name) => {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(join(folder, name), { bigint: true });
    return [name, dev, ino, size, mtimeNs, ctimeNs].join(' ');
  });
  return lines.join('\n');
}

/**
 * The whole set as it stands at one moment.
 * @throws PolicySetError where it cannot be read, changes all the time, or a file is not UTF-8
 */
export async function readFolder(folder: string): Promise<FolderContents> {
  try {
    for (let attempt = 0; attempt < READS; attempt += 1) {
      if (attempt > 0) await sleep(READ_AGAIN_MS);
      const before = await readFolderStamp(folder);
      const contents = await readOnce(folder);
      if ((await readFolderStamp(folder)) === before) return contents;
    }
  } catch (error) {
    throw asPolicySetError(error);
  }
  throw new PolicySetError('the files of the policies change all the time');
}

async function readOnce(folder: string): Promise<FolderContents> {
  const files = await mapInGroups(await listFiles(folder), async (name) => ({
    name,
    text: decodeText(name, await readFile(join(folder, name))),
  }));
  return {
    policies: files.filter(({ name }) => name !== SCHEMA_FILE),
    schema: files.find(({ name }) => name === SCHEMA_FILE),
  };
}

/** With the file's name and the system's code; the path is the configuration's to tell. */
function asPolicySetError(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
  const file = 'path' in error && typeof error.path === 'string' ? basename(error.path) : 'a file';
  return new PolicySetError(`${file} cannot be read: ${error.code}`, { cause: error });
}

/** Names that begin with a dot are left out: editors keep their half-written copies under them. */
async function listFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => name === SCHEMA_FILE || (name.endsWith('.cedar') && !name.startsWith('.')))
    .sort();
}

function decodeText(name: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new PolicySetError(`${name}: the file is not UTF-8 text`);
  }
}

async function mapInGroups<Item, Result>(
  items: readonly Item[],
  map: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += CONCURRENCY) {
    results.push(...(await Promise.all(items.slice(start, start + CONCURRENCY).map(map))));
  }
  return results;
}
