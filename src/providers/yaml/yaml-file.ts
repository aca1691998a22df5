import { setTimeout as sleep } from 'node:timers/promises';
import { SecretError } from '../../secrets/secret.errors.js';
import { prepareTarget, replaceFile, syncFolderOf } from './atomic-file.js';
import { FileLock } from './file-lock.js';
import { readContents } from './read-contents.js';
import type { YamlContents } from './yaml-contents.js';
import { YamlFault } from './yaml-fault.js';
import { YamlSnapshot } from './yaml-snapshot.js';
import { YamlTransaction } from './yaml-transaction.js';

/** Larger files are not read and not written. */
export const MAX_FILE_BYTES = 16 * 1024 * 1024;
/** Below the time-out of a call to a store, so that the caller learns that nothing was written. */
const LOCK_TIMEOUT_MS = 4_000;
/** How often a write starts over because somebody edited the file by hand meanwhile. */
const MAX_ATTEMPTS = 5;
/** Longer than any pause of those who wait for the lock: between two writes others get their turn. */
const TURN_OF_OTHERS_MS = 8;
const MAX_BATCH = 256;
const UNFIT = 'The value cannot be written to the YAML file so that it reads back the same.';

interface Job {
  /** What the job makes of the transaction: a function that settles its promise with that. */
  run(transaction: YamlTransaction): () => void;
  fail(error: unknown): void;
}

/**
 * The file of secrets: read from memory as long as it is what was read last, written by one process at a time.
 * Changes that arrive during a write are written together with the next one.
 */
export class YamlFile {
  private readonly snapshot: YamlSnapshot;
  private readonly jobs: Job[] = [];
  private isWriting = false;

  /** @param path need not exist; the folder neither: both are made by the first write */
  constructor(
    private readonly path: string,
    private readonly maxBytes: number = MAX_FILE_BYTES,
  ) {
    this.snapshot = new YamlSnapshot(path, maxBytes);
  }

  /** @throws SecretError PROVIDER_ERROR with line and column, PROVIDER_UNAVAILABLE */
  read(): Promise<YamlContents> {
    return this.snapshot.read();
  }

  /**
   * Changes the file under a lock across processes. Resolves once the change would survive a power cut.
   * @param change sees the file as it is; may be called again where the file changes under way, and may throw
   * @throws SecretError as `read`, BODY_TOO_LARGE, VALUE_TOO_COMPLEX, WRITE_CONFLICT, OUTCOME_UNKNOWN, and what
   *   `change` throws; except for OUTCOME_UNKNOWN nothing was written
   */
  update<T>(change: (transaction: YamlTransaction) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.jobs.push({ run: (transaction) => attempt(change, transaction, resolve, reject), fail: reject });
      if (!this.isWriting) void this.writeAll();
    });
  }

  private async writeAll(): Promise<void> {
    this.isWriting = true;
    while (this.jobs.length > 0) {
      const isShared = await this.writeBatch(this.jobs.splice(0, MAX_BATCH));
      if (isShared) await sleep(TURN_OF_OTHERS_MS);
    }
    this.isWriting = false;
  }

  /** @returns whether another process writes the file too */
  private async writeBatch(batch: readonly Job[]): Promise<boolean> {
    try {
      return await this.underLock((target) => this.commit(target, batch));
    } catch (error) {
      // What is wrong with one change must not fail the others; a failing file fails all.
      const isOfFile = error instanceof SecretError && error.status >= 500;
      if (!isOfFile && batch.length > 1) for (const job of batch) await this.writeBatch([job]);
      else for (const job of batch) job.fail(error);
      return false;
    }
  }

  private async underLock<T>(work: (target: string) => Promise<T>): Promise<T> {
    const target = await prepareTarget(this.path).catch(asUnwritable);
    const release = await new FileLock(`${target}.lock`).acquire(LOCK_TIMEOUT_MS).catch(asUnwritable);
    if (release === undefined)
      throw new SecretError('PROVIDER_UNAVAILABLE', 'Another process holds the YAML file.');
    try {
      return await work(target);
    } finally {
      release();
    }
  }

  private async commit(target: string, batch: readonly Job[]): Promise<boolean> {
    const isShared = !this.snapshot.isCurrent();
    for (let attempts = 0; attempts < MAX_ATTEMPTS; attempts += 1) {
      const transaction = new YamlTransaction(await this.snapshot.read());
      const settle = batch.map((job) => job.run(transaction));
      if (!transaction.isEmpty && !(await this.write(target, transaction))) continue;
      for (const settleOne of settle) settleOne();
      return isShared;
    }
    throw new SecretError('WRITE_CONFLICT');
  }

  /** @returns false where somebody changed the file without asking for the lock; nothing was written then */
  private async write(target: string, transaction: YamlTransaction): Promise<boolean> {
    const text = transaction.print();
    if (Buffer.byteLength(text) > this.maxBytes) throw new SecretError('BODY_TOO_LARGE');
    const written = await readContents(text, transaction.contents).catch(asUnfit);
    if (!transaction.isKeptBy(written)) throw new SecretError('VALUE_TOO_COMPLEX', UNFIT);
    if (!this.snapshot.isStill(transaction.contents)) return false;
    this.snapshot.replace(await replaceFile(target, text).catch(asUnwritable), written);
    await syncFolderOf(target).catch(() => {
      throw new SecretError('OUTCOME_UNKNOWN');
    });
    return true;
  }
}

function attempt<T>(
  change: (transaction: YamlTransaction) => T,
  transaction: YamlTransaction,
  resolve: (value: T) => void,
  reject: (error: unknown) => void,
): () => void {
  try {
    const value = change(transaction);
    return () => resolve(value);
  } catch (error) {
    return () => reject(error);
  }
}

function asUnwritable(error: unknown): never {
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  throw new SecretError('PROVIDER_UNAVAILABLE', `The YAML file cannot be written (${code}).`);
}

function asUnfit(error: unknown): never {
  throw error instanceof YamlFault ? new SecretError('VALUE_TOO_COMPLEX', UNFIT) : error;
}
