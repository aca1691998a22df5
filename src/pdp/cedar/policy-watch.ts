import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { readFolderStamp } from './policy-folder.js';

export interface WatchTimes {
  /** Between two looks at the folder, where nothing tells of a change. */
  readonly pollMs: number;
  /** For how long the folder must stand still before it is read. */
  readonly settleMs: number;
}

/** A folder that never stands still is read all the same after so many times `settleMs`. */
const SETTLE_LOOKS = 8;
/** Looking takes a twentieth of the time at most, and yet no more than this lies between two looks. */
const LONGEST_POLL_MS = 3_000;

/**
 * Tells when the files of a policy folder changed, by notice of the system and, since that goes blind where folders or links
 * are swapped and is not given on every file system, by looking at them again and again.
 */
export class PolicyWatch {
  private watcher: FSWatcher | undefined;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private seen: string | undefined;
  private readonly closing = new AbortController();

  /** @param onChange loads the set */
  constructor(
    private readonly folder: string,
    private readonly times: WatchTimes,
    private readonly onChange: () => Promise<unknown>,
  ) {}

  /** @param stamp of the folder as it was loaded */
  start(stamp: string): void {
    this.seen = stamp;
    this.watchFolder();
    this.lookLater(this.times.pollMs);
  }

  async close(): Promise<void> {
    this.closing.abort();
    this.watcher?.close();
    clearTimeout(this.timer);
    await this.looking;
  }

  private lookLater(afterMs: number): void {
    clearTimeout(this.timer);
    if (this.isClosed) return;
    this.timer = setTimeout(() => {
      this.looking ??= this.lookAgain();
    }, afterMs);
    this.timer.unref();
  }

  private async lookAgain(): Promise<void> {
    const startedAt = performance.now();
    const stamp = await this.findStamp();
    const tookMs = performance.now() - startedAt;
    if (stamp !== this.seen) await this.takeUp(stamp);
    this.looking = undefined;
    this.lookLater(Math.max(this.times.pollMs, Math.min(20 * tookMs, LONGEST_POLL_MS)));
  }

  private async takeUp(first: string): Promise<void> {
    const stamp = await this.settle(first);
    if (this.isClosed) return;
    await this.onChange();
    this.seen = stamp;
    this.watchFolder();
  }

  /** Files are often written one after the other; half of a set must not count as one. */
  private async settle(first: string): Promise<string> {
    let stamp = first;
    for (let looks = 0; looks < SETTLE_LOOKS && !this.isClosed; looks += 1) {
      await this.standStill();
      const next = await this.findStamp();
      if (next === stamp && (next !== '' || looks > SETTLE_LOOKS / 2)) break;
      stamp = next;
    }
    return stamp;
  }

  /** Cut short by `close`. */
  private async standStill(): Promise<void> {
    const { signal } = this.closing;
    await sleep(this.times.settleMs, undefined, { ref: false, signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }

  private get isClosed(): boolean {
    return this.closing.signal.aborted;
  }

  private async findStamp(): Promise<string> {
    try {
      return await readFolderStamp(this.folder);
    } catch {
      return 'unreadable';
    }
  }

  /** Anew after each change: the watch holds on to a folder that was swapped for another. */
  private watchFolder(): void {
    this.watcher?.close();
    if (this.isClosed) return;
    try {
      this.watcher = watch(this.folder, { persistent: false }, () => {
        if (this.looking === undefined) this.lookLater(0);
      });
      this.watcher.on('error', () => this.watcher?.close());
    } catch {
      this.watcher = undefined;
    }
  }
}
