import type { Log } from '../../observability/log.js';
import { describeKafkaFailure } from './kafka-failure.js';

const LOOK_WHILE_AWAY_MS = 500;
const LOOK_WHILE_THERE_MS = 15_000;

/** What is watched. */
export interface Watched {
  /** @throws Error where Kafka is away, or lacks a topic */
  readPartitions(): Promise<ReadonlyMap<string, number>>;
}

export interface WatchedLanes {
  readonly isMoving: boolean;
  setPartitions(partitions: ReadonlyMap<string, number>): void;
}

/**
 * Whether Kafka takes records: it is asked for its topics from time to time, often while it is away, and at once when a
 * connection ends; and no partition stands still. So it is known without a call that would have to find it out.
 */
export class KafkaWatch {
  isUsable = false;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private isThere = false;
  private isStopped = false;
  private told: string | undefined;

  constructor(
    private readonly kafka: Watched,
    private readonly lanes: WatchedLanes,
    private readonly log: Pick<Log, 'error' | 'warn'>,
    private readonly tell: (isUsable: boolean) => void,
  ) {}

  /** Resolves after the first look, within two seconds. */
  async start(): Promise<void> {
    this.tell(false);
    await this.look();
  }

  /** One look at a time; what it finds is judged. */
  look(): Promise<void> {
    if (this.isStopped) return Promise.resolve();
    clearTimeout(this.timer);
    this.looking ??= this.lookOnce().finally(() => {
      this.looking = undefined;
      if (this.isStopped) return;
      const pause = this.isUsable ? LOOK_WHILE_THERE_MS : LOOK_WHILE_AWAY_MS;
      this.timer = setTimeout(() => void this.look(), pause).unref();
    });
    return this.looking;
  }

  /** Anew, after a partition stood still or went on. */
  judge(reason?: unknown): void {
    if (this.isStopped) return;
    const isUsable = this.isThere && this.lanes.isMoving;
    if (!isUsable) this.tellWhy(reason);
    if (isUsable === this.isUsable) return;
    this.isUsable = isUsable;
    this.tell(isUsable);
    if (!isUsable) void this.look();
    else if (this.told !== undefined) this.log.warn('Kafka takes records again.');
    if (isUsable) this.told = undefined;
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  private async lookOnce(): Promise<void> {
    let reason: unknown;
    try {
      this.lanes.setPartitions(await this.kafka.readPartitions());
      this.isThere = true;
    } catch (error) {
      this.isThere = false;
      reason = error;
    }
    this.judge(reason);
  }

  /** Once for each reason in a row. */
  private tellWhy(reason: unknown): void {
    const why = reason === undefined ? 'a partition does not answer' : describeKafkaFailure(reason);
    if (why === this.told || (reason === undefined && this.told !== undefined)) return;
    this.told = why;
    this.log.error(`Kafka takes no records: ${why}.`);
  }
}
