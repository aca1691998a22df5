import { setImmediate as endOfTurn } from 'node:timers/promises';
import type { AuditRecord } from '../../ports/audit-trail.port.js';

interface Waiting {
  readonly record: AuditRecord;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Beyond this, and where nobody waits for the answer, memory would only grow. */
const WAITING_MAX = 10_000;
const GROUP_MAX = 1_000;

/**
 * Records on their way to the disk. While one group is written the next one gathers, so that many records share a flush.
 */
export class GroupQueue {
  private waiting: Waiting[] = [];
  private running: Promise<void> | undefined;

  /**
   * @param write writes a group for good
   * @param onFailure told why a group could not be written; what waits behind it fails with it
   */
  constructor(
    private readonly write: (records: readonly AuditRecord[]) => Promise<void>,
    private readonly onFailure: (error: unknown) => Promise<void>,
  ) {}

  get length(): number {
    return this.waiting.length;
  }

  /** Resolves once the record is written. @throws Error where it is not */
  add(record: AuditRecord): Promise<void> {
    if (this.waiting.length >= WAITING_MAX) return Promise.reject(new Error('too many records wait already'));
    return new Promise((resolve, reject) => {
      this.waiting.push({ record, resolve, reject });
      this.running ??= this.run();
    });
  }

  /** Resolves when nothing waits any more, however it went. */
  async drain(): Promise<void> {
    await this.running;
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      // The answers of one turn of the event loop share a flush, which costs more than the turn.
      await endOfTurn();
      const group = this.waiting.splice(0, GROUP_MAX);
      try {
        await this.write(group.map(({ record }) => record));
        for (const { resolve } of group) resolve();
      } catch (error) {
        for (const { reject } of [...group, ...this.waiting.splice(0)]) reject(error);
        await this.onFailure(error);
      }
    }
    this.running = undefined;
  }
}
