import { constants, fstatSync } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ChainHead } from './chain-head.js';
import { CHAIN_START } from './chain-head.js';
import { findEarlierHead } from './earlier-files.js';
import { readRange, readTrailEnd } from './trail-end.js';

/** Told when a crash left something behind the last whole line. */
export interface TornEnd {
  readonly bytes: number;
  /** Where it was put. */
  readonly path: string;
}

export interface OpenTrail {
  readonly file: TrailFile;
  readonly torn: TornEnd | undefined;
}

/** O_DSYNC: what a write has returned for is on the disk, in one trip instead of a write and a flush. */
const FLAGS = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_DSYNC;
const OWNER_ONLY = 0o600;

/** The file that the trail is appended to, from its last whole line on. One at a time may have it open. */
export class TrailFile {
  private constructor(
    readonly path: string,
    private readonly handle: FileHandle,
    private sizeBytes: number,
    private lastHead: ChainHead,
  ) {}

  /**
   * Opens or makes the file. What is behind its last whole line is put aside first.
   * @param known where the chain stands and how long its file is, for a process that has written to it: what is behind that was never answered for
   * @throws Error of the file system; where the file is none of a trail, or does not end where the chain stands
   */
  static async open(
    path: string,
    known?: { readonly head: ChainHead; readonly sizeBytes: number },
  ): Promise<OpenTrail> {
    const handle = await open(path, FLAGS, OWNER_ONLY);
    try {
      const stats = await handle.stat();
      if (!stats.isFile()) throw new Error('it is no regular file');
      if ((stats.mode & 0o777) !== OWNER_ONLY) await handle.chmod(OWNER_ONLY);
      await syncFolder(path);
      const end = await readKnownEnd(handle, stats.size, known);
      const head = end.head ?? known?.head ?? (await findEarlierHead(path)) ?? CHAIN_START;
      if (known !== undefined && (head.seq !== known.head.seq || head.hash !== known.head.hash)) {
        throw new Error('it does not end where the chain stands');
      }
      const torn = await putAside(path, handle, end.wholeBytes, stats.size, head.seq);
      return { file: new TrailFile(path, handle, end.wholeBytes, head), torn };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  get head(): ChainHead {
    return this.lastHead;
  }

  get bytes(): number {
    return this.sizeBytes;
  }

  /**
   * Appends whole lines and waits until they are on the disk.
   * @throws Error of the file system; where the file has lost its name or has grown by others
   */
  async append(lines: Buffer, head: ChainHead): Promise<void> {
    for (let done = 0; done < lines.length;) {
      const { bytesWritten } = await this.handle.write(lines, done, lines.length - done);
      done += bytesWritten;
    }
    // Not awaited: the file system has just answered, and knows this without the disk.
    const { nlink, size } = fstatSync(this.handle.fd);
    if (nlink === 0) throw new Error('the file was deleted');
    if (size !== this.sizeBytes + lines.length) throw new Error('the file was changed by others');
    this.sizeBytes = size;
    this.lastHead = head;
  }

  /**
   * Gives the file the name of its last line; the caller opens the next one.
   * @returns the new path; undefined where others have moved the file already
   */
  async putAsideWhole(): Promise<string | undefined> {
    const [own, named] = await Promise.all([this.handle.stat(), stat(this.path).catch(() => undefined)]);
    if (named?.ino !== own.ino || named.dev !== own.dev) return undefined;
    const target = `${this.path}.${String(this.lastHead.seq).padStart(12, '0')}`;
    if (await exists(target)) throw new Error('a file of that name is there already');
    await rename(this.path, target);
    await syncFolder(this.path);
    return target;
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

/** Behind what is known to be on the disk nothing counts, also where it looks whole. */
async function readKnownEnd(
  handle: FileHandle,
  sizeBytes: number,
  known: { readonly head: ChainHead; readonly sizeBytes: number } | undefined,
): ReturnType<typeof readTrailEnd> {
  if (known === undefined || sizeBytes < known.sizeBytes) return readTrailEnd(handle, sizeBytes);
  const end = await readTrailEnd(handle, known.sizeBytes);
  return end.head?.hash === known.head.hash || known.sizeBytes === 0 ? end : readTrailEnd(handle, sizeBytes);
}

async function putAside(
  path: string,
  handle: FileHandle,
  wholeBytes: number,
  sizeBytes: number,
  seq: number,
): Promise<TornEnd | undefined> {
  if (wholeBytes === sizeBytes) return undefined;
  const time = new Date().toISOString().replaceAll(/[-:.]/g, '');
  const target = `${path}.torn-${seq + 1}-${time}`;
  await writeWhole(target, await readRange(handle, wholeBytes, sizeBytes));
  await syncFolder(path);
  await handle.truncate(wholeBytes);
  await handle.sync();
  return { bytes: sizeBytes - wholeBytes, path: target };
}

async function writeWhole(path: string, bytes: Buffer): Promise<void> {
  const handle = await open(path, 'wx', OWNER_ONLY);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } catch (error) {
    // On a full disk this is tried again and again.
    await rm(path, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** A new name is on the disk only once its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
