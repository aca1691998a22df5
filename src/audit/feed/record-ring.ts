import type { ShownRecord } from '../../ports/audit-feed.port.js';

/** A record and its place in the order of this process, counted from 0. */
export interface RingEntry {
  readonly position: number;
  readonly record: ShownRecord;
  /** As a server-sent event; made once for all readers. */
  readonly event: Buffer;
}

/** The latest records, as many as it has room for. */
export class RecordRing {
  private readonly slots: (RingEntry | undefined)[];
  private readonly positions = new Map<string, number>();
  private end = 0;

  constructor(private readonly capacity: number) {
    this.slots = new Array<RingEntry | undefined>(capacity).fill(undefined);
  }

  add(record: ShownRecord): void {
    const event = Buffer.from(`id: ${record.id}\ndata: ${JSON.stringify(record)}\n\n`);
    const slot = this.end % this.capacity;
    const evicted = this.slots[slot];
    if (evicted !== undefined) this.positions.delete(evicted.record.id);
    this.slots[slot] = { position: this.end, record, event };
    this.positions.set(record.id, this.end);
    this.end += 1;
  }

  /** Behind the newest record. */
  get nextPosition(): number {
    return this.end;
  }

  get oldestPosition(): number {
    return Math.max(0, this.end - this.capacity);
  }

  /** Undefined where the record is no longer kept, or not there yet. */
  at(position: number): RingEntry | undefined {
    return position >= this.oldestPosition && position < this.end
      ? this.slots[position % this.capacity]
      : undefined;
  }

  findPosition(recordId: string): number | undefined {
    return this.positions.get(recordId);
  }
}
