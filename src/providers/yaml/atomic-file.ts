import { constants, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { access, mkdir, open, readlink, realpath, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/** What tells one state of a file from the next without reading it. */
export interface FileState {
  /** Another one once the file was replaced; the same while it is written in place. */
  readonly identity: string;
  readonly modifiedMs: number;
  readonly sizeBytes: number;
}

/** Only the owner may read: what is in the file are secrets. */
const NEW_FILE_MODE = 0o600;
const NEW_FOLDER_MODE = 0o700;
const PERMISSIONS = 0o7777;
/** A step that a time in the form of a double can still show. */
const SMALLEST_STEP_S = 0.000_002;
const MAX_LINKS = 40;

/** About two microseconds; undefined where there is no file. @throws Error of the file system */
export function findFileState(path: string): FileState | undefined {
  const stats = findFileStats(path);
  return stats && stateOf(stats);
}

/** Folders, pipes and devices are no place for secrets: a rename would put a file in place of the device. */
function findFileStats(path: string): Stats | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isFile() === false) throw Object.assign(new Error('not a regular file'), { code: 'ENOTSUP' });
  return stats;
}

export function isSameState(one: FileState | undefined, other: FileState | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return (
    one.modifiedMs === other.modifiedMs &&
    one.sizeBytes === other.sizeBytes &&
    one.identity === other.identity
  );
}

/** The bytes and the state that they belong to; undefined where there is no file. @throws Error of the file system */
export async function readWithState(
  path: string,
  maxBytes: number,
): Promise<{ bytes: Buffer | undefined; state: FileState } | undefined> {
  // Before it is opened: to open a pipe may last for ever.
  if (findFileStats(path) === undefined) return undefined;
  const file = await open(path, 'r').catch(absentAsUndefined);
  if (file === undefined) return undefined;
  try {
    for (;;) {
      const state = stateOf(await file.stat());
      if (state.sizeBytes > maxBytes) return { bytes: undefined, state };
      const bytes = Buffer.alloc(state.sizeBytes);
      const { bytesRead } = await file.read(bytes, 0, state.sizeBytes, 0);
      // Somebody wrote while we read: what was read belongs to no state.
      if (bytesRead === state.sizeBytes && isSameState(state, stateOf(await file.stat())))
        return { bytes, state };
    }
  } finally {
    await file.close();
  }
}

/** Where a write has to go: through links, also where the last one leads to no file yet. The folder is made. */
export async function prepareTarget(path: string): Promise<string> {
  let target = resolve(path);
  for (let links = 0; links < MAX_LINKS; links += 1) {
    const link = await readlink(target).catch(() => undefined);
    if (link === undefined) break;
    target = resolve(dirname(target), link);
  }
  await mkdir(dirname(target), { recursive: true, mode: NEW_FOLDER_MODE });
  // The lock would say no more than that it cannot be opened.
  await access(dirname(target), constants.W_OK);
  return join(await realpath(dirname(target)), basename(target));
}

/**
 * Puts a text in place of the file: the old content is there or the new one, never a part, also after a power cut. To be
 * called by one at a time: the name of the temporary file is fixed, so that none is left behind by a killed process.
 * @returns the state of the new file
 * @throws Error of the file system; the old file is untouched then
 */
export async function replaceFile(path: string, text: string): Promise<FileState> {
  const temporary = `${path}.tmp`;
  const previous = findFileStats(path);
  // A file that is not to be written is respected, though a rename would not ask.
  if (previous !== undefined) await access(path, constants.W_OK);
  try {
    await rm(temporary, { force: true });
    const state = await writeDurably(temporary, text, previous);
    await rename(temporary, path);
    return state;
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Makes the rename last. */
export async function syncFolderOf(path: string): Promise<void> {
  // Windows opens no folders.
  if (process.platform === 'win32') return;
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function writeDurably(path: string, text: string, previous: Stats | undefined): Promise<FileState> {
  const file = await open(path, 'wx', NEW_FILE_MODE);
  try {
    if (previous !== undefined) await keepOwnerAndMode(file, previous);
    await file.writeFile(text);
    await ensureLater(file, previous);
    await file.sync();
    return stateOf(await file.stat());
  } finally {
    await file.close();
  }
}

async function keepOwnerAndMode(file: FileHandle, previous: Stats): Promise<void> {
  const { uid, gid } = await file.stat();
  // Only root may give files away; the mode that follows is the more important half.
  if (uid !== previous.uid || gid !== previous.gid)
    await file.chown(previous.uid, previous.gid).catch(() => undefined);
  await file.chmod(previous.mode & PERMISSIONS);
}

/** Clocks of file systems tick slowly, and numbers of files come again: each write has a time of its own. */
async function ensureLater(file: FileHandle, previous: Stats | undefined): Promise<void> {
  const { mtimeMs, atimeMs } = await file.stat();
  if (previous === undefined || mtimeMs > previous.mtimeMs) return;
  await file.utimes(atimeMs / 1000, previous.mtimeMs / 1000 + SMALLEST_STEP_S);
}

function stateOf({ ino, dev, birthtimeMs, mtimeMs, size }: Stats): FileState {
  return { identity: `${dev}:${ino}:${birthtimeMs}`, modifiedMs: mtimeMs, sizeBytes: size };
}

function absentAsUndefined(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
  throw error;
}
