import type { KafkaMessage } from './kafka-message.js';

/** Below the megabyte that a broker takes as one batch by default (`message.max.bytes`). */
const GROUP_MAX_BYTES = 512 * 1024;
const RETRY_MS = 500;
/** From then on the partition counts as one that takes nothing; before the trail's patience is over. */
const STALL_MS = 1_000;

interface Waiting {
  readonly message: KafkaMessage;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** What a lane needs of others. */
export interface LaneEnds {
  /** Resolves once every in-sync replica has the messages. @throws Error where they will not arrive by themselves */
  readonly send: (messages: readonly KafkaMessage[]) => Promise<void>;
  /** Whether the failure is one of these very messages, which another attempt would not mend. */
  readonly isRefusal: (error: unknown) => boolean;
  /** Told when messages do not get through, with the reason where one is known; and when they do again. */
  readonly tell: (isStalled: boolean, reason?: unknown) => void;
}

/**
 * Messages on their way to one partition, in order: while one group is under way the next one gathers. A group that
 * fails stays at the head and is tried again, so that nothing overtakes it; it is also what finds out when the partition
 * takes messages again.
 */
export class PartitionLane {
  private readonly waiting: Waiting[] = [];
  private running: Promise<void> | undefined;
  private isClosed = false;
  private isStalled = false;
  private goesOneByOne = false;

  constructor(private readonly ends: LaneEnds) {}

  /** Resolves once the message stands. @throws Error where it was refused, or the lane was closed before */
  add(message: KafkaMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ message, resolve, reject });
      this.running ??= this.run();
    });
  }

  /** Resolves when nothing waits any more, however it went. */
  async drain(): Promise<void> {
    await this.running;
  }

  /** What has not arrived is rejected with its next failure and not tried again. */
  close(): void {
    this.isClosed = true;
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      const group = this.takeGroup();
      const failure = await this.deliver(group);
      if (failure === undefined) for (const { resolve } of group) resolve();
      else if (group.length > 1 && !this.isClosed) this.waiting.unshift(...group);
      else for (const { reject } of group) reject(failure);
      // One refused message takes its whole group with it: they go one by one until it is found.
      this.goesOneByOne = failure !== undefined && group.length > 1;
    }
    this.running = undefined;
  }

  /** @returns undefined once the group stands, or why it never will */
  private async deliver(group: readonly Waiting[]): Promise<Error | undefined> {
    for (;;) {
      const timer = setTimeout(() => this.tell(true), STALL_MS);
      try {
        await this.ends.send(group.map(({ message }) => message));
        this.tell(false);
        return undefined;
      } catch (error) {
        if (this.isClosed || this.ends.isRefusal(error)) {
          this.tell(false);
          return error instanceof Error ? error : new Error('Kafka did not take the record');
        }
        this.tell(true, error);
      } finally {
        clearTimeout(timer);
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  private takeGroup(): Waiting[] {
    let count = 0;
    let bytes = 0;
    for (const { message } of this.waiting) {
      bytes += message.bytes;
      if (count > 0 && (this.goesOneByOne || bytes > GROUP_MAX_BYTES)) break;
      count += 1;
    }
    return this.waiting.splice(0, count);
  }

  private tell(isStalled: boolean, reason?: unknown): void {
    if (isStalled === this.isStalled && reason === undefined) return;
    this.isStalled = isStalled;
    this.ends.tell(isStalled, reason);
  }
}
