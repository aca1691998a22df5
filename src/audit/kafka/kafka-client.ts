import { setTimeout as sleep } from 'node:timers/promises';
import type * as Library from '@platformatic/kafka';
import type { BaseOptions, Producer } from '@platformatic/kafka';
import type { KafkaConfig } from '../../config/app-config.js';
import type { KafkaMessage } from './kafka-message.js';
import { TOPICS } from './kafka-message.js';
import { kafkaOptions } from './kafka-options.js';

const LOOK_TIMEOUT_MS = 2_000;
/**
 * A batch whose fate is not known is sent again under the same number, which the broker takes once. The library keeps
 * each failed attempt in memory, so that cannot go on for ever: after this time, that of Kafka's own producer
 * (`delivery.timeout.ms`), the batch is sent as a new one.
 */
const SAME_BATCH_MAX_MS = 120_000;

/** The Kafka of the service, by way of its library. */
export class KafkaClient {
  private readonly options: BaseOptions;
  private readonly opened = new Set<Producer>();
  private looker: Producer | undefined;
  private isClosed = false;

  private constructor(
    private readonly library: typeof Library,
    config: KafkaConfig,
    private readonly onDisconnect: () => void,
  ) {
    this.options = kafkaOptions(config);
  }

  /** Begins nothing. The library is loaded only where it is used: a cold start without it is faster. */
  static async load(config: KafkaConfig, onDisconnect: () => void): Promise<KafkaClient> {
    return new KafkaClient(await import('@platformatic/kafka'), config, onDisconnect);
  }

  /** @returns how many partitions each topic has @throws Error where Kafka is away, lacks one of them or lets nobody write */
  async readPartitions(): Promise<ReadonlyMap<string, number>> {
    const isNew = this.looker === undefined;
    const looker = (this.looker ??= this.openProducer());
    try {
      // One by one: asked for both, the library may name the wrong one as missing.
      const asked = TOPICS.map((topic) =>
        looker.metadata({ topics: [topic], forceUpdate: true, retries: 0 }),
      );
      const found = await withDeadline(LOOK_TIMEOUT_MS, Promise.all(asked));
      // Refused to those who may not write at all; asked for once, since each answer is a number that is used up.
      if (isNew) await withDeadline(LOOK_TIMEOUT_MS, looker.initIdempotentProducer({}));
      const topics = found.flatMap((metadata) => [...metadata.topics]);
      return new Map(topics.map(([name, { partitionsCount }]) => [name, partitionsCount]));
    } catch (error) {
      this.looker = undefined;
      this.discard(looker);
      throw error;
    }
  }

  /** As the producer of Kafka itself chooses. */
  partitionOf(key: Buffer, partitions: number): number {
    return this.library.compatibilityPartitioner({ topic: '', key }, key) % partitions;
  }

  /**
   * Each partition has a producer of its own: the library would go on sending a batch for several partitions to the
   * broker that led the first of them.
   * @returns sends messages as one batch, again and again under the same number while the broker is away
   */
  openPartition(partition: number): (messages: readonly KafkaMessage[]) => Promise<void> {
    let producer: Producer | undefined;
    return async (messages) => {
      if (this.isClosed) throw new Error('the client is closed');
      producer ??= this.openProducer();
      const batch = messages.map(({ topic, key, value, headers }) => ({
        topic,
        partition,
        key,
        value,
        headers: new Map(headers),
      }));
      try {
        await withDeadline(SAME_BATCH_MAX_MS, producer.send({ messages: batch }));
      } catch (error) {
        this.discard(producer);
        producer = undefined;
        throw error;
      }
    };
  }

  /** For good; what is under way is rejected. */
  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.allSettled([...this.opened].map((producer) => producer.close()));
  }

  private openProducer(): Producer {
    const producer = new this.library.Producer({ ...this.options, idempotent: true });
    this.opened.add(producer);
    // Not within the event: the library takes a lost connection from its list only behind it, and whoever asks for
    // one before gets no answer.
    producer.on('client:broker:disconnect', () => setImmediate(() => this.onDisconnect()));
    // A connection can fail twice, and the library listens once: without this the second one would end the process.
    producer.connections.on('connecting', ({ connection }) => connection.on('error', () => undefined));
    return producer;
  }

  /** After a failure a new one is made: nothing of the old one's state is relied on. */
  private discard(producer: Producer): void {
    this.opened.delete(producer);
    producer.removeAllListeners('client:broker:disconnect');
    producer.close().catch(() => undefined);
  }
}

/** The work itself goes on: what it brings after that is dropped. */
async function withDeadline<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const giveUp = sleep(timeoutMs, undefined, { signal: over.signal }).then(() => {
    throw new Error('timed out');
  });
  try {
    return await Promise.race([work, giveUp]);
  } finally {
    giveUp.catch(() => undefined);
    over.abort();
  }
}
