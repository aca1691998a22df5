import { setImmediate as endOfTurn } from 'node:timers/promises';
import { GroupQueue } from '../../../src/audit/file/group-queue.js';
import type { AuditRecord } from '../../../src/ports/audit-trail.port.js';
import { auditRecord } from './audit-records.js';

/** A disk that answers when it is told to. */
class SlowDisk {
  readonly groups: number[] = [];
  private answers: { resolve: () => void; reject: (error: Error) => void }[] = [];
  readonly failures: unknown[] = [];
  readonly queue = new GroupQueue(
    (records: readonly AuditRecord[]) => {
      this.groups.push(records.length);
      return new Promise((resolve, reject) => this.answers.push({ resolve, reject }));
    },
    (error) => {
      this.failures.push(error);
      return Promise.resolve();
    },
  );

  /** Of the group that is written. */
  async answer(error?: Error): Promise<void> {
    // What came in one turn of the event loop is written behind it.
    await endOfTurn();
    const next = this.answers.shift();
    if (error === undefined) next?.resolve();
    else next?.reject(error);
    await endOfTurn();
  }
}

describe('records on their way to the disk', () => {
  it('of one turn share a flush', async () => {
    const disk = new SlowDisk();
    const added = Array.from({ length: 10 }, () => disk.queue.add(auditRecord()));
    await disk.answer();
    await Promise.all(added);
    expect(disk.groups).toEqual([10]);
  });

  it('gather while the disk is busy, and share its next flush', async () => {
    const disk = new SlowDisk();
    const first = disk.queue.add(auditRecord());
    await endOfTurn();
    const added = Array.from({ length: 9 }, () => disk.queue.add(auditRecord()));
    await endOfTurn();
    expect(disk.groups).toEqual([1]);
    await disk.answer();
    await first;
    await disk.answer();
    await Promise.all(added);
    expect(disk.groups).toEqual([1, 9]);
  });

  it('fail together with the group before them, since the chain would have a hole', async () => {
    const disk = new SlowDisk();
    const added = Array.from({ length: 3 }, () => disk.queue.add(auditRecord()));
    await disk.answer(new Error('full'));
    for (const one of added) await expect(one).rejects.toThrow('full');
    expect(disk.failures).toHaveLength(1);
    const later = disk.queue.add(auditRecord());
    await disk.answer();
    await later;
  });

  it('are bounded in number', async () => {
    const disk = new SlowDisk();
    const added = Array.from({ length: 10_000 }, () => disk.queue.add(auditRecord()));
    await expect(disk.queue.add(auditRecord())).rejects.toThrow('too many records wait');
    for (let group = 0; group < 10; group += 1) await disk.answer();
    await Promise.all(added);
    expect(disk.groups).toEqual(Array.from({ length: 10 }, () => 1_000));
  });
});
