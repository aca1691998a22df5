import { Module } from '@nestjs/common';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { AuditFeed } from '../ports/audit-feed.port.js';
import { AuditTrail } from '../ports/audit-trail.port.js';
import { EventAuditTrail } from './event-audit.trail.js';
import { MemoryFeed } from './feed/memory.feed.js';
import { FileSink } from './file/file.sink.js';
import { KafkaSink } from './kafka/kafka.sink.js';
import { SinkHealth } from './sink-health.js';
import { LogSink } from './sinks/log.sink.js';

@Module({
  imports: [EventEmitterModule.forRoot()],
  providers: [
    { provide: AuditTrail, useClass: EventAuditTrail },
    { provide: AuditFeed, useClass: MemoryFeed },
    FileSink,
    KafkaSink,
    LogSink,
    SinkHealth,
  ],
  exports: [AuditTrail, AuditFeed],
})
export class AuditModule {}
