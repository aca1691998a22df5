import { RecordLanes } from '../../../src/audit/kafka/record-lanes.js';
import { kafkaMessage, ScriptedBroker, settle } from './kafka-parts.js';

const PARTITIONS = new Map([
  ['crud.secrets.audit', 2],
  ['crud.secrets', 2],
]);

describe('the lanes of the partitions', () => {
  let brokers: Map<number, ScriptedBroker>;
  let lanes: RecordLanes;

  beforeEach(() => {
    brokers = new Map();
    lanes = new RecordLanes(
      {
        // The key is the number of its partition.
        partitionOf: (key, partitions) => Number(key.toString()) % partitions,
        openPartition: (partition) => {
          const broker = new ScriptedBroker();
          brokers.set(partition, broker);
          return broker.send;
        },
      },
      { isRefusal: () => false, onChange: () => undefined },
    );
  });
  const message = (text: string, partition: number, bytes = 10) =>
    kafkaMessage(text, { key: Buffer.from(`${partition}`), bytes });
  const groupsOf = (partition: number): readonly string[][] => brokers.get(partition)?.groups ?? [];

  it('go on beside each other', async () => {
    lanes.setPartitions(PARTITIONS);
    const waits = lanes.add([message('a', 0)]);
    const arrives = lanes.add([message('b', 1)]);
    await brokers.get(1)?.answer();
    await arrives;
    expect(lanes.length).toBe(1);
    await brokers.get(0)?.answer();
    await waits;
    expect(lanes.length).toBe(0);
  });

  it('begin once the partitions are known, in the order in which messages came', async () => {
    const all = ['a', 'b', 'c'].map((text) => lanes.add([message(text, 0)]));
    await settle();
    expect(brokers.size).toBe(0);
    lanes.setPartitions(PARTITIONS);
    await brokers.get(0)?.answer();
    await brokers.get(0)?.answer();
    await Promise.all(all);
    expect(groupsOf(0).flat()).toEqual(['a', 'b', 'c']);
  });

  it('have room for 16 MiB, and again when something has arrived', async () => {
    lanes.setPartitions(PARTITIONS);
    const half = 8 * 1024 * 1024;
    const first = lanes.add([message('a', 0, half), message('a2', 1, half)]);
    await expect(lanes.add([message('b', 0, 1)])).rejects.toThrow('too many records wait');
    expect(lanes.length).toBe(2);
    await brokers.get(0)?.answer();
    const next = lanes.add([message('c', 0, 1)]);
    await brokers.get(0)?.answer();
    await brokers.get(1)?.answer();
    await Promise.all([first, next]);
  });

  it('take nothing of a record that has no room as a whole', async () => {
    const mib = 1024 * 1024;
    const tooMuch = lanes.add([message('a', 0, 10 * mib), message('a2', 0, 10 * mib)]);
    await expect(tooMuch).rejects.toThrow('too many records wait');
    expect(lanes.length).toBe(0);
  });

  it('reject what waits when they are closed, also before the partitions are known', async () => {
    const waits = Promise.allSettled([lanes.add([message('a', 0)])]);
    lanes.close();
    expect((await waits).map(({ status }) => status)).toEqual(['rejected']);
    await expect(lanes.add([message('b', 0)])).rejects.toThrow('closed');
    await lanes.drain();
  });
});
