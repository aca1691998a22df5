import { Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { AuditTrail } from '../ports/audit-trail.port.js';
import type { AuditRecord } from '../ports/audit-trail.port.js';
import { AUDIT_RECORD } from './audit.events.js';

/** The trail over Nest's event emitter: a record stands once every sink has taken it. */
@Injectable()
export class EventAuditTrail extends AuditTrail {
  constructor(private readonly events: EventEmitter2) {
    super();
  }

  override async record(record: AuditRecord): Promise<void> {
    await this.events.emitAsync(AUDIT_RECORD, record);
  }
}
