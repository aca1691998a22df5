import type { KafkaMessage } from './kafka-message.js';
import { PartitionLane } from './partition-lane.js';
import type { LaneEnds } from './partition-lane.js';

/** Beyond this, and where nobody waits for the answer, memory would only grow. */
const WAITING_MAX_BYTES = 16 * 1024 * 1024;

/** Where the messages of a key go, and who takes them there. */
export interface LaneMaker {
  partitionOf(key: Buffer, partitions: number): number;
  openPartition(partition: number): LaneEnds['send'];
}

interface Unrouted {
  readonly message: KafkaMessage;
  readonly resolve: (arrived: Promise<void>) => void;
  readonly reject: (error: unknown) => void;
}

/** Messages by partition, each of which goes its own way. Before the partitions are known they wait together. */
export class RecordLanes {
  private readonly lanes = new Map<string, PartitionLane>();
  private readonly stalled = new Set<PartitionLane>();
  private partitions: ReadonlyMap<string, number> = new Map();
  private unrouted: Unrouted[] = [];
  private waiting = { messages: 0, bytes: 0 };
  private isClosed = false;

  constructor(
    private readonly maker: LaneMaker,
    private readonly ends: Pick<LaneEnds, 'isRefusal'> & {
      /** Told with the reason, where one is known, whenever a lane stalls or goes on. */
      readonly onChange: (reason?: unknown) => void;
    },
  ) {}

  /** Whether messages get through, as far as is known. */
  get isMoving(): boolean {
    return this.stalled.size === 0;
  }

  /** Messages that do not stand yet. */
  get length(): number {
    return this.waiting.messages;
  }

  /** Resolves once all of them stand. @throws Error where one of them does not, or there is no room for them */
  async add(messages: readonly KafkaMessage[]): Promise<void> {
    const bytes = messages.reduce((sum, message) => sum + message.bytes, 0);
    if (this.isClosed) throw new Error('the lanes are closed');
    if (this.waiting.bytes + bytes > WAITING_MAX_BYTES) throw new Error('too many records wait already');
    await Promise.all(messages.map((message) => this.addOne(message)));
  }

  /** From now on; what is under way already stays on its lane. */
  setPartitions(partitions: ReadonlyMap<string, number>): void {
    this.partitions = partitions;
    const routed = this.unrouted;
    this.unrouted = [];
    for (const { message, resolve } of routed) resolve(this.route(message));
  }

  /** Resolves when nothing waits any more, however it went. */
  async drain(): Promise<void> {
    await Promise.all([...this.lanes.values()].map((lane) => lane.drain()));
  }

  /** What has not arrived is rejected. */
  close(): void {
    this.isClosed = true;
    for (const lane of this.lanes.values()) lane.close();
    for (const { reject } of this.unrouted.splice(0)) reject(new Error('the lanes are closed'));
  }

  private async addOne(message: KafkaMessage): Promise<void> {
    this.waiting.messages += 1;
    this.waiting.bytes += message.bytes;
    try {
      await this.route(message);
    } finally {
      this.waiting.messages -= 1;
      this.waiting.bytes -= message.bytes;
    }
  }

  private route(message: KafkaMessage): Promise<void> {
    const count = this.partitions.get(message.topic);
    if (count !== undefined) return this.laneOf(message, count).add(message);
    return new Promise((resolve, reject) => this.unrouted.push({ message, resolve, reject }));
  }

  private laneOf({ topic, key }: KafkaMessage, count: number): PartitionLane {
    const partition = this.maker.partitionOf(key, count);
    const name = `${topic}:${partition}`;
    const known = this.lanes.get(name);
    if (known !== undefined) return known;
    const lane: PartitionLane = new PartitionLane({
      send: this.maker.openPartition(partition),
      isRefusal: this.ends.isRefusal,
      tell: (isStalled, reason) => {
        if (isStalled) this.stalled.add(lane);
        else this.stalled.delete(lane);
        this.ends.onChange(reason);
      },
    });
    this.lanes.set(name, lane);
    return lane;
  }
}
