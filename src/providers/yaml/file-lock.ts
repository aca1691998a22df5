import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

/** Result code of SQLite for a lock that another holds, https://sqlite.org/rescode.html#busy */
const SQLITE_BUSY = 5;
const SHORTEST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 6;

/**
 * A lock across processes, kept by the operating system: a process that is killed holds it no longer, so no lock is ever
 * stale. Node has no call for it, but its SQLite takes one on the file of a database; the database stays empty.
 * It also holds between two locks of one process.
 */
export class FileLock {
  /** @param path a file beside what is locked; made when missing, and left there */
  constructor(private readonly path: string) {}

  /**
   * Waits for the lock and returns what gives it back.
   * @returns undefined where it could not be had within `timeoutMs`
   * @throws Error of SQLite where the file of the lock cannot be made or opened
   */
  async acquire(timeoutMs: number): Promise<(() => void) | undefined> {
    const giveUpAt = performance.now() + timeoutMs;
    for (;;) {
      const release = this.tryAcquire();
      if (release !== undefined || performance.now() > giveUpAt) return release;
      // Not the same for all who wait, so that they do not meet again and again.
      await sleep(SHORTEST_PAUSE_MS + Math.random() * (LONGEST_PAUSE_MS - SHORTEST_PAUSE_MS));
    }
  }

  /** The file is opened anew each time: whoever removed it meanwhile must not split the lock in two for long. */
  private tryAcquire(): (() => void) | undefined {
    const database = new DatabaseSync(this.path, { timeout: 0 });
    try {
      // No journal beside the file: nothing is ever written.
      database.exec('PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE');
      return () => database.close();
    } catch (error) {
      database.close();
      if ((error as { errcode?: unknown }).errcode === SQLITE_BUSY) return undefined;
      throw error;
    }
  }
}
