import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { APP_CONFIG } from '../../config/app-config.js';
import type { AppConfig } from '../../config/app-config.js';
import { Metrics } from '../../observability/metrics.js';
import { AuditFeed } from '../../ports/audit-feed.port.js';
import type { RecordPage, ShownRecord } from '../../ports/audit-feed.port.js';
import type { AuditRecord } from '../../ports/audit-trail.port.js';
import { SecretError } from '../../secrets/secret.errors.js';
import { AUDIT_STANDS } from '../audit.events.js';
import { EventStream } from './event-stream.js';
import { RecordRing } from './record-ring.js';

const HEARTBEAT_MS = 15_000;
/** Addresses of calls whose record does not stand yet. */
const PENDING_ADDRESSES_MAX = 1_000;
const MARK = /^([\da-f-]{36})\.(\d{1,16})$/;

/** The ring buffer and those who follow it. */
@Injectable()
export class MemoryFeed extends AuditFeed implements BeforeApplicationShutdown {
  private readonly ring: RecordRing;
  private readonly streams = new Set<EventStream>();
  private readonly addresses = new Map<string, string>();
  /** Tells positions of this process from those of another one. */
  private readonly process = randomUUID();
  private readonly heartbeat: NodeJS.Timeout;
  private isClosed = false;

  constructor(
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'audit'>,
    private readonly metrics: Metrics,
  ) {
    super();
    this.ring = new RecordRing(config.audit.bufferSize);
    this.heartbeat = setInterval(() => {
      for (const stream of this.streams) stream.beat();
    }, HEARTBEAT_MS).unref();
  }

  @OnEvent(AUDIT_STANDS, { suppressErrors: false })
  add(record: AuditRecord): void {
    if (!this.config.audit.hasEndpoints) return;
    const uri = this.addresses.get(record.id);
    this.addresses.delete(record.id);
    this.ring.add(uri === undefined ? record : { ...record, uri });
    for (const stream of this.streams) stream.deliver();
  }

  override list(tenantId: string, limit: number, cursor: string | undefined): RecordPage {
    let position = cursor === undefined ? this.ring.nextPosition : this.findMark(cursor);
    if (position === undefined) {
      throw new SecretError('INVALID_REQUEST', 'The cursor does not belong to this trail.');
    }
    const records: ShownRecord[] = [];
    const last = this.ring.oldestPosition;
    while (position > last && records.length < limit) {
      position -= 1;
      const record = this.ring.at(position)?.record;
      if (record?.tenant_id === tenantId) records.push(record);
    }
    return { records, nextCursor: position > last ? this.markOf(position) : undefined };
  }

  override follow(tenantId: string, lastEventId: string | undefined): Readable {
    if (this.isClosed) throw new SecretError('SHUTTING_DOWN');
    if (this.streams.size >= this.config.audit.streamsMax) {
      throw new SecretError('OVERLOADED', 'As many readers as are allowed follow the events already.');
    }
    const stream = new EventStream({
      ring: this.ring,
      tenantId,
      begin: () => this.beginAt(lastEventId),
      onDrop: () => this.metrics.auditStreamsDropped.inc(),
    });
    this.streams.add(stream);
    this.metrics.auditStreams.set(this.streams.size);
    stream.once('close', () => {
      this.streams.delete(stream);
      this.metrics.auditStreams.set(this.streams.size);
    });
    return stream;
  }

  override showAddress(recordId: string, uri: string): void {
    const [oldest] = this.addresses.size >= PENDING_ADDRESSES_MAX ? this.addresses.keys() : [];
    if (oldest !== undefined) this.addresses.delete(oldest);
    this.addresses.set(recordId, uri);
  }

  beforeApplicationShutdown(): void {
    this.isClosed = true;
    clearInterval(this.heartbeat);
    for (const stream of this.streams) stream.finish();
  }

  /** Behind the last event that the reader has; where what followed is gone, at the oldest one, and it is told. */
  private beginAt(lastEventId: string | undefined): { position: number; gap: string | undefined } {
    if (lastEventId === undefined) return { position: this.ring.nextPosition, gap: undefined };
    const seen = this.ring.findPosition(lastEventId);
    const next = seen === undefined ? this.findMark(lastEventId) : seen + 1;
    const oldest = this.ring.oldestPosition;
    if (next !== undefined && next >= oldest) return { position: next, gap: undefined };
    const missed = next === undefined ? null : oldest - next;
    // With an id of its own: who is cut off right behind it is not told of the same gap again.
    const gap = `event: gap\nid: ${this.markOf(oldest)}\ndata: ${JSON.stringify({ missed })}\n\n`;
    return { position: oldest, gap };
  }

  private markOf(position: number): string {
    return `${this.process}.${position}`;
  }

  private findMark(text: string): number | undefined {
    const [, process, digits] = MARK.exec(text) ?? [];
    const position = Number(digits);
    return process === this.process && position <= this.ring.nextPosition ? position : undefined;
  }
}
