import { Injectable } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { Log } from '../../observability/log.js';
import type { AuditRecord } from '../../ports/audit-trail.port.js';
import { AUDIT_STANDS } from '../audit.events.js';

/** One log line a request. A record has no field for a value, a token or an address, so neither has the line. */
@Injectable()
export class LogSink {
  constructor(private readonly log: Log) {}

  // Listener errors are swallowed by default; the trail has to know whether a sink failed.
  @OnEvent(AUDIT_STANDS, { suppressErrors: false })
  write({ time: _ofTheLine, ...record }: AuditRecord): void {
    const { event, effect, code } = record;
    this.log.info(record, code === null ? `${event} ${effect}` : `${event} ${effect} ${code}`);
  }
}
