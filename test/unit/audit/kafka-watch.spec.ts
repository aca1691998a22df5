import { jest } from '@jest/globals';
import { KafkaWatch } from '../../../src/audit/kafka/kafka-watch.js';
import { LoggedLines } from './audit-records.js';

describe('whether Kafka takes records', () => {
  const partitions = new Map([['crud.secrets', 1]]);
  let failure: Error | undefined;
  let looks: number;
  let lanes: { isMoving: boolean; known: number; setPartitions: () => void };
  let lines: LoggedLines;
  let told: boolean[];
  let watch: KafkaWatch;

  beforeEach(() => {
    jest.useFakeTimers();
    failure = undefined;
    looks = 0;
    lanes = { isMoving: true, known: 0, setPartitions: () => void (lanes.known += 1) };
    lines = new LoggedLines();
    told = [];
    const kafka = {
      readPartitions: () => {
        looks += 1;
        return failure === undefined ? Promise.resolve(partitions) : Promise.reject(failure);
      },
    };
    watch = new KafkaWatch(kafka, lanes, lines.log, (isUsable) => told.push(isUsable));
  });
  afterEach(() => {
    watch.stop();
    jest.useRealTimers();
  });
  const refused = (): Error => Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });

  it('is known after the first look, without a word where all is well', async () => {
    await watch.start();
    expect(told).toEqual([false, true]);
    expect(lanes.known).toBe(1);
    expect(lines.lines).toEqual([]);
  });

  it('is looked for every half second while it is away, and told once', async () => {
    failure = refused();
    await watch.start();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(looks).toBe(11);
    expect(lines.lines).toEqual(['Kafka takes no records: ECONNREFUSED.']);
    failure = undefined;
    await jest.advanceTimersByTimeAsync(500);
    expect(watch.isUsable).toBe(true);
    expect(lines.lines.at(-1)).toBe('Kafka takes records again.');
  });

  it('is looked for every 15 seconds while it is there', async () => {
    await watch.start();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(looks).toBe(5);
  });

  it('is looked for at once when that is asked for, one look at a time', async () => {
    await watch.start();
    failure = refused();
    await Promise.all([watch.look(), watch.look()]);
    expect(looks).toBe(2);
    expect(watch.isUsable).toBe(false);
  });

  it('needs every partition to move', async () => {
    await watch.start();
    lanes.isMoving = false;
    watch.judge();
    expect(watch.isUsable).toBe(false);
    expect(lines.lines).toEqual(['Kafka takes no records: a partition does not answer.']);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(watch.isUsable).toBe(false);
    lanes.isMoving = true;
    watch.judge();
    expect(watch.isUsable).toBe(true);
    expect(told).toEqual([false, true, false, true]);
  });

  it('is not looked for after the end', async () => {
    await watch.start();
    watch.stop();
    await watch.look();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(looks).toBe(1);
  });
});
