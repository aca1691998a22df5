import type { KafkaMessage } from '../../../src/audit/kafka/kafka-message.js';

/** A message that can be told from others by its text. */
export function kafkaMessage(text: string, fields: Partial<KafkaMessage> = {}): KafkaMessage {
  const value = Buffer.from(text);
  return {
    topic: 'crud.secrets.audit',
    key: Buffer.from('key'),
    value,
    headers: new Map(),
    bytes: value.length,
    ...fields,
  };
}

/** A broker that answers when it is told to. */
export class ScriptedBroker {
  /** What it got, group by group, as the texts of the messages. */
  readonly groups: string[][] = [];
  private answers: { resolve: () => void; reject: (error: Error) => void }[] = [];

  readonly send = (messages: readonly KafkaMessage[]): Promise<void> => {
    this.groups.push(messages.map(({ value }) => value.toString()));
    return new Promise((resolve, reject) => this.answers.push({ resolve, reject }));
  };

  /** To the oldest group without an answer. */
  async answer(error?: Error): Promise<void> {
    const next = this.answers.shift();
    if (next === undefined) throw new Error('nothing was sent');
    if (error === undefined) next.resolve();
    else next.reject(error);
    await settle();
  }
}

export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}
