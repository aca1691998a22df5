import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { setTimeout as sleep } from 'node:timers/promises';
import { APP_CONFIG } from '../../config/app-config.js';
import type { AppConfig } from '../../config/app-config.js';
import { ConfigurationError } from '../../config/configuration.error.js';
import { Log } from '../../observability/log.js';
import { Metrics } from '../../observability/metrics.js';
import type { AuditRecord } from '../../ports/audit-trail.port.js';
import { AUDIT_RECORD } from '../audit.events.js';
import { SinkHealth } from '../sink-health.js';
import { GroupQueue } from './group-queue.js';
import { TrailKeeper } from './trail-keeper.js';

const NAME = 'file';
const RETRY_MS = 500;
const HEAD_MS = 60_000;
/** Of a shutdown: a disk that does not answer must not hold the process. */
const LAST_FLUSH_MS = 1_000;

/** Keeps every record in the file before its answer leaves; after a failure it tries to go on by itself. */
@Injectable()
export class FileSink implements OnModuleInit, OnApplicationShutdown {
  private readonly keeper: TrailKeeper | undefined;
  private readonly queue: GroupQueue;
  private readonly timers: NodeJS.Timeout[] = [];
  private isUsable = false;
  private isRetrying = false;
  private readonly reopen = (): void => void this.keeper?.askToReopen();

  constructor(
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'audit'>,
    private readonly health: SinkHealth,
    private readonly log: Log,
    private readonly metrics: Metrics,
  ) {
    const { file } = config.audit;
    this.keeper = file === undefined ? undefined : new TrailKeeper(file, config.audit, log);
    this.queue = new GroupQueue(
      (records) => this.write(records),
      (error) => this.fail(error),
    );
  }

  /** @throws ConfigurationError where the file cannot be opened, and records are required or others write it */
  async onModuleInit(): Promise<void> {
    if (this.keeper === undefined) return;
    this.metrics.registry.registerMetric(this.metrics.auditFileUsable);
    try {
      await this.keeper.open();
      this.tell(true);
    } catch (error) {
      const reason = `AUDIT_FILE holds "${this.config.audit.file}", which cannot be opened: ${reasonOf(error)}`;
      if (this.keeper.isTaken || this.config.audit.mode === 'required')
        throw new ConfigurationError([reason]);
      this.log.error(`${reason}. Records are not kept until it can.`);
      this.tell(false);
    }
    this.timers.push(
      setInterval(() => void this.retry(), RETRY_MS).unref(),
      setInterval(() => this.tellHead(), HEAD_MS).unref(),
    );
    this.tellHead();
    // For those who rotate from outside.
    process.on('SIGHUP', this.reopen);
  }

  @OnEvent(AUDIT_RECORD, { suppressErrors: false })
  async keep(record: AuditRecord): Promise<void> {
    if (this.keeper === undefined) return;
    if (!this.isUsable) throw new Error('the audit file takes no records');
    const stop = this.metrics.auditWait.startTimer();
    const written = this.queue.add(record);
    this.metrics.auditPending.set(this.queue.length);
    await written;
    stop();
  }

  async onApplicationShutdown(): Promise<void> {
    process.off('SIGHUP', this.reopen);
    for (const timer of this.timers) clearInterval(timer);
    await Promise.race([this.queue.drain(), sleep(LAST_FLUSH_MS, undefined, { ref: false })]);
    this.tellHead();
    await Promise.race([this.keeper?.close(), sleep(LAST_FLUSH_MS, undefined, { ref: false })]);
  }

  private async write(records: readonly AuditRecord[]): Promise<void> {
    const stop = this.metrics.auditCommit.startTimer();
    await this.keeper?.append(records);
    stop();
    this.metrics.auditPending.set(this.queue.length);
  }

  private async fail(error: unknown): Promise<void> {
    this.tell(false);
    this.log.error(`The audit file takes no records: ${reasonOf(error)}.`);
    await this.keeper?.closeFile();
  }

  private async retry(): Promise<void> {
    if (this.isUsable || this.isRetrying || this.keeper === undefined) return;
    this.isRetrying = true;
    try {
      await this.keeper.open();
      this.tell(true);
      this.log.warn('The audit file takes records again.');
    } catch {
      // Told when it began.
    } finally {
      this.isRetrying = false;
    }
  }

  private tell(isUsable: boolean): void {
    this.isUsable = isUsable;
    this.health.report(NAME, isUsable);
    this.metrics.auditFileUsable.set(Number(isUsable));
  }

  private tellHead(): void {
    const head = this.keeper?.head;
    if (head === undefined) return;
    this.metrics.auditHead.reset();
    this.metrics.auditHead.set({ hash: head.hash }, head.seq);
    this.log.info(head, 'audit head');
  }
}

/** The message of a file system's error names the path; the operator has set it. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'for no reason that it tells';
}
