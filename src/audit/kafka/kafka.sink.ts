import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { APP_CONFIG } from '../../config/app-config.js';
import type { AppConfig } from '../../config/app-config.js';
import { Log } from '../../observability/log.js';
import { Metrics } from '../../observability/metrics.js';
import type { AuditRecord } from '../../ports/audit-trail.port.js';
import { AUDIT_RECORD } from '../audit.events.js';
import { SinkHealth } from '../sink-health.js';
import { KafkaClient } from './kafka-client.js';
import { isRefusal } from './kafka-failure.js';
import { messagesOf } from './kafka-message.js';
import { KafkaWatch } from './kafka-watch.js';
import { RecordLanes } from './record-lanes.js';

const NAME = 'kafka';
/** Of a shutdown: a broker that does not answer must not hold the process. */
const LAST_FLUSH_MS = 1_500;
const CLOSE_MS = 300;

/** Keeps every record in Kafka before its answer leaves; while Kafka is away records wait, as many as there is room for. */
@Injectable()
export class KafkaSink implements OnModuleInit, OnApplicationShutdown {
  private client: KafkaClient | undefined;
  private lanes: RecordLanes | undefined;
  private watch: KafkaWatch | undefined;

  constructor(
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'audit'>,
    private readonly health: SinkHealth,
    private readonly log: Log,
    private readonly metrics: Metrics,
  ) {}

  /** A Kafka that is away does not stop the start: it is waited for a moment, and then found by the watch. */
  async onModuleInit(): Promise<void> {
    const { kafka } = this.config.audit;
    if (kafka === undefined) return;
    this.metrics.registry.registerMetric(this.metrics.auditKafkaUsable);
    this.client = await KafkaClient.load(kafka, () => void this.watch?.look());
    this.lanes = new RecordLanes(this.client, {
      isRefusal,
      onChange: (reason) => this.watch?.judge(reason),
    });
    this.watch = new KafkaWatch(this.client, this.lanes, this.log, (isUsable) => this.tell(isUsable));
    await this.watch.start();
  }

  @OnEvent(AUDIT_RECORD, { suppressErrors: false })
  async keep(record: AuditRecord): Promise<void> {
    if (this.lanes === undefined || this.watch === undefined) return;
    const arrived = this.deliver(this.lanes, record);
    if (this.watch.isUsable) return arrived;
    arrived.catch(() => undefined);
    throw new Error('Kafka takes no records now; this one waits');
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.lanes === undefined) return;
    this.watch?.stop();
    await Promise.race([this.lanes.drain(), sleep(LAST_FLUSH_MS, undefined, { ref: false })]);
    if (this.lanes.length > 0) this.log.error(`${this.lanes.length} messages did not get to Kafka.`);
    this.lanes.close();
    await Promise.race([this.client?.close(), sleep(CLOSE_MS, undefined, { ref: false })]);
  }

  private async deliver(lanes: RecordLanes, record: AuditRecord): Promise<void> {
    const messages = messagesOf(record, this.config.audit.format);
    const added = lanes.add(messages);
    this.metrics.auditKafkaPending.set(lanes.length);
    try {
      await added;
      this.metrics.auditKafkaRecords.inc({ outcome: 'delivered' });
    } catch (error) {
      this.metrics.auditKafkaRecords.inc({ outcome: 'failed' });
      throw error;
    } finally {
      this.metrics.auditKafkaPending.set(lanes.length);
    }
  }

  private tell(isUsable: boolean): void {
    this.health.report(NAME, isUsable);
    this.metrics.auditKafkaUsable.set(Number(isUsable));
  }
}
