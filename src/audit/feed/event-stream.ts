import { Readable } from 'node:stream';
import type { RecordRing } from './record-ring.js';

export interface EventStreamOptions {
  readonly ring: RecordRing;
  readonly tenantId: string;
  /** Told at the first read where the stream begins, so that nothing is sent before its own record stands. */
  readonly begin: () => { readonly position: number; readonly gap: string | undefined };
  readonly onDrop: () => void;
}

/** Milliseconds after which a reader that was cut off should come back. */
const RETRY_MS = 2_000;
const HEARTBEAT = Buffer.from(': heartbeat\n\n');
/** What waits for a reader in this process, beside what the system keeps for its socket. */
const WAITING_BYTES_MAX = 64 * 1024;

/**
 * Records as server-sent events. It reads from the ring at the pace of its reader, so a slow one costs no memory; one
 * that falls out of the ring, or takes nothing from one heartbeat to the next, is dropped.
 */
export class EventStream extends Readable {
  private position: number | undefined;
  private wantsMore = false;
  private wasBehind = false;

  constructor(private readonly options: EventStreamOptions) {
    super({ highWaterMark: WAITING_BYTES_MAX });
  }

  override _read(): void {
    this.wantsMore = true;
    this.wasBehind = false;
    if (this.position === undefined) {
      const { position, gap } = this.options.begin();
      this.position = position;
      this.push(`retry: ${RETRY_MS}\n\n${gap ?? ''}`);
    }
    this.deliver();
  }

  /** Told of every new record. */
  deliver(): void {
    const { ring, tenantId } = this.options;
    if (this.position === undefined || this.destroyed) return;
    if (this.position < ring.oldestPosition) {
      this.cutOff();
      return;
    }
    for (let entry = ring.at(this.position); this.wantsMore && entry; entry = ring.at(this.position)) {
      this.position += 1;
      if (entry.record.tenant_id === tenantId) this.wantsMore = this.push(entry.event);
    }
  }

  /** A comment, which no reader takes for an event: it keeps proxies from closing a silent connection. */
  beat(): void {
    if (this.position === undefined || this.destroyed) return;
    if (this.wantsMore) this.wantsMore = this.push(HEARTBEAT);
    else if (this.wasBehind) this.cutOff();
    this.wasBehind = !this.wantsMore;
  }

  /** The end of the service: readers are told to come back by the end of the stream. */
  finish(): void {
    if (!this.destroyed) this.push(null);
  }

  private cutOff(): void {
    this.options.onDrop();
    this.destroy(new Error('the reader is too slow'));
  }
}
