import { Inject, Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/app-config.js';
import { Log } from '../observability/log.js';
import { Metrics } from '../observability/metrics.js';
import { AuditTrail } from '../ports/audit-trail.port.js';
import type { AuditRecord } from '../ports/audit-trail.port.js';
import { SecretError } from '../secrets/secret.errors.js';
import { SinkHealth } from './sink-health.js';
import { AUDIT_RECORD, AUDIT_STANDS } from './audit.events.js';

/** With what follows, an answer without a record leaves within two seconds. */
const PATIENCE_MS = 1_200;

/**
 * The trail over Nest's event emitter. First those keep the record who keep it for good, then those show it who show
 * it; where one of the first fails, `required` gives nothing out, and `best_effort` counts and logs it.
 */
@Injectable()
export class EventAuditTrail extends AuditTrail {
  /** Records that were given up while a sink still had not answered: until it does, nobody waits for it again. */
  private overdue = 0;

  constructor(
    private readonly events: EventEmitter2,
    private readonly health: SinkHealth,
    private readonly log: Log,
    private readonly metrics: Metrics,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'audit'>,
  ) {
    super();
  }

  override checkWritable(): void {
    if (this.isRequired && !this.isUsable()) throw unavailable();
  }

  override isUsable(): boolean {
    return this.overdue === 0 && this.health.isUsable;
  }

  override async record(record: AuditRecord): Promise<void> {
    try {
      await this.keep(record);
      this.metrics.auditRecords.inc({ outcome: 'kept' });
    } catch {
      // Why is told by the sink, once and not for each record.
      this.metrics.auditRecords.inc({ outcome: 'failed' });
      this.log.warn(`The audit record ${record.id} of the request ${record.correlation_id} was not kept.`);
      if (this.isRequired) throw unavailable();
    }
    await this.show(record);
  }

  private async keep(record: AuditRecord): Promise<void> {
    this.checkWritable();
    // Emitted to nobody, a record would stand nowhere: listeners come with the start of the application.
    if (!this.events.hasListeners(AUDIT_STANDS)) throw new Error('no sink is there yet');
    const kept = this.events.emitAsync(AUDIT_RECORD, record);
    if (this.overdue === 0) return this.waitFor(kept);
    kept.catch(() => undefined);
    throw new Error('a sink has not answered yet');
  }

  /** What only shows a record takes nothing from it, and so cannot hold an answer back. */
  private async show(record: AuditRecord): Promise<void> {
    try {
      await this.events.emitAsync(AUDIT_STANDS, record);
    } catch (error) {
      this.log.fault(error, { audit_id: record.id }, 'record not shown');
    }
  }

  private async waitFor(kept: Promise<unknown>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<'overdue'>((resolve) => {
      // A process that is late itself hears of the time before it hears what the sink has long said: that first.
      timer = setTimeout(() => setImmediate(resolve, 'overdue'), PATIENCE_MS);
    });
    try {
      if ((await Promise.race([kept, patience])) !== 'overdue') return;
    } finally {
      clearTimeout(timer);
    }
    this.overdue += 1;
    const settle = (): void => void (this.overdue -= 1);
    kept.then(settle, settle);
    throw new Error(`a sink has not answered within ${PATIENCE_MS} ms`);
  }

  private get isRequired(): boolean {
    return this.config.audit.mode === 'required';
  }
}

function unavailable(): SecretError {
  return new SecretError('AUDIT_UNAVAILABLE');
}
