import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

const SQLITE_BUSY = 5;
const PAUSE_MS = 50;

/**
 * The right to write one file, held for as long as the process writes it. The operating system keeps the lock, so a
 * process that was killed holds it no longer; Node has no call for it, but its SQLite takes one on an empty database.
 */
export class FileClaim {
  private constructor(private readonly database: DatabaseSync) {}

  /**
   * Waits a while: a service that is restarted meets its predecessor.
   * @param path of the file of the lock; made when missing, and left there
   * @returns undefined where another process holds it
   * @throws Error of SQLite where the file cannot be made or opened
   */
  static async take(path: string, timeoutMs: number): Promise<FileClaim | undefined> {
    const giveUpAt = performance.now() + timeoutMs;
    for (;;) {
      const claim = FileClaim.tryTake(path);
      if (claim !== undefined || performance.now() >= giveUpAt) return claim;
      await sleep(PAUSE_MS);
    }
  }

  release(): void {
    this.database.close();
  }

  private static tryTake(path: string): FileClaim | undefined {
    const database = new DatabaseSync(path, { timeout: 0 });
    try {
      database.exec('PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE');
      return new FileClaim(database);
    } catch (error) {
      database.close();
      if ((error as { errcode?: unknown }).errcode === SQLITE_BUSY) return undefined;
      throw error;
    }
  }
}
