import { Module } from '@nestjs/common';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { AuditTrail } from '../ports/audit-trail.port.js';
import { EventAuditTrail } from './event-audit.trail.js';
import { LogSink } from './sinks/log.sink.js';

@Module({
  imports: [EventEmitterModule.forRoot()],
  providers: [{ provide: AuditTrail, useClass: EventAuditTrail }, LogSink],
  exports: [AuditTrail],
})
export class AuditModule {}
