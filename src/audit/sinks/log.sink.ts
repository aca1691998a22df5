import { Inject, Injectable } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { APP_CONFIG } from '../../config/app-config.js';
import type { AppConfig } from '../../config/app-config.js';
import { Log } from '../../observability/log.js';
import type { LineLevel } from '../../observability/log.js';
import type { AuditRecord } from '../../ports/audit-trail.port.js';
import { AUDIT_STANDS } from '../audit.events.js';

/**
 * Records as log lines. Each request has its line, with its record in it, from the http room; so these are for those who
 * look closer, and for an installation that has to keep records and has nothing else to keep them in. A record has no
 * field for a value, a token or an address, so neither has the line.
 */
@Injectable()
export class LogSink {
  private readonly level: LineLevel;
  private readonly isOnlyKeeper: boolean;

  constructor(
    private readonly log: Log,
    @Inject(APP_CONFIG) { audit }: Pick<AppConfig, 'audit'>,
  ) {
    this.isOnlyKeeper = audit.mode === 'required' && audit.file === undefined && audit.kafka === undefined;
    this.level = this.isOnlyKeeper ? 'info' : 'debug';
  }

  // Listener errors are swallowed by default; the trail has to know whether a sink failed.
  @OnEvent(AUDIT_STANDS, { suppressErrors: false })
  write(record: AuditRecord): void {
    if (!this.log.isEnabled(this.level)) return;
    const { time: _ofTheLine, ...fields } = record;
    const { event, effect, code } = record;
    this.log.line(this.level, fields, `audit ${event} ${effect}${code === null ? '' : ` ${code}`}`);
    // What nobody else keeps does not wait for other lines.
    if (this.isOnlyKeeper) this.log.flush();
  }
}
