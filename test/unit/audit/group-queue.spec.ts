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

  async answer(error?: Error): Promise<void> {
    const next = this.answers.shift();
    if (error === undefined) next?.resolve();
    else next?.reject(error);
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  }
}

describe('records on their way to the disk', () => {
  it('gather while the disk is busy, and share its next flush', async () => {
    const disk = new SlowDisk();
    const added = Array.from({ length: 10 }, () => disk.queue.add(auditRecord()));
    await disk.answer();
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
    const added = Array.from({ length: 10_001 }, () => disk.queue.add(auditRecord()));
    await expect(disk.queue.add(auditRecord())).rejects.toThrow('too many records wait');
    for (let group = 0; group < 11; group += 1) await disk.answer();
    await Promise.all(added);
    expect(disk.groups).toEqual([1, ...Array.from({ length: 10 }, () => 1_000)]);
  });
});
