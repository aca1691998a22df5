import { randomUUID } from 'node:crypto';
import { Consumer } from '@platformatic/kafka';
import type { KafkaProcess } from './kafka-process.js';

export interface TopicMessage {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Everything that stands in a topic, each partition in its order. */
export async function readTopic(
  { client }: Pick<KafkaProcess, 'client'>,
  topic: string,
): Promise<readonly TopicMessage[]> {
  const consumer = new Consumer({ ...client, groupId: randomUUID() });
  const found: TopicMessage[] = [];
  try {
    const ends = await consumer.listOffsets({ topics: [topic], timestamp: -1n });
    const expected = (ends.get(topic) ?? []).reduce((sum, end) => sum + Number(end), 0);
    if (expected === 0) return [];
    const stream = await consumer.consume({ topics: [topic], mode: 'earliest', maxWaitTime: 100 });
    for await (const { partition, offset, key, value, headers } of stream) {
      const texts = [...headers].map(([name, content]) => [name.toString(), content.toString()] as const);
      found.push({
        topic,
        partition,
        offset,
        key: key.toString(),
        value: value.toString(),
        headers: Object.fromEntries(texts),
      });
      if (found.length === expected) break;
    }
    return found;
  } finally {
    await consumer.close(true);
  }
}

/** The messages of each key, in the order in which they stand. */
export function byKey(messages: readonly TopicMessage[]): ReadonlyMap<string, readonly TopicMessage[]> {
  return Map.groupBy(messages, ({ key }) => key);
}
