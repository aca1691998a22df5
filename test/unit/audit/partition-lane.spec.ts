import { jest } from '@jest/globals';
import { PartitionLane } from '../../../src/audit/kafka/partition-lane.js';
import { kafkaMessage, ScriptedBroker, settle } from './kafka-parts.js';

const TOO_LARGE = new Error('MESSAGE_TOO_LARGE');
const AWAY = new Error('not authorized');

describe('messages on their way to a partition', () => {
  let broker: ScriptedBroker;
  let lane: PartitionLane;
  let told: (readonly [boolean, unknown])[];
  let arrived: string[];
  const add = (text: string, bytes?: number): Promise<void> =>
    lane.add(kafkaMessage(text, bytes === undefined ? {} : { bytes })).then(() => void arrived.push(text));

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'performance'] });
    broker = new ScriptedBroker();
    told = [];
    arrived = [];
    lane = new PartitionLane({
      send: broker.send,
      isRefusal: (error) => error === TOO_LARGE,
      tell: (isStalled, reason) => told.push([isStalled, reason]),
    });
  });
  afterEach(() => jest.useRealTimers());

  it('gather while a group is under way, and keep their order', async () => {
    const all = ['a', 'b', 'c', 'd'].map((text) => add(text));
    await settle();
    expect(broker.groups).toEqual([['a']]);
    await broker.answer();
    expect(arrived).toEqual(['a']);
    await broker.answer();
    await Promise.all(all);
    expect(broker.groups).toEqual([['a'], ['b', 'c', 'd']]);
    expect(told).toEqual([]);
  });

  it('make no batch that a broker would refuse for its size', async () => {
    const all = ['a', 'b', 'c', 'd'].map((text) => add(text, 300_000));
    for (let group = 0; group < 4; group += 1) await broker.answer();
    await Promise.all(all);
    expect(broker.groups).toEqual([['a'], ['b'], ['c'], ['d']]);
  });

  it('stay at the head after a failure and are tried again, with nobody overtaking', async () => {
    const all = [add('a'), add('b')];
    await broker.answer(AWAY);
    expect(told).toEqual([[true, AWAY]]);
    all.push(add('c'));
    await jest.advanceTimersByTimeAsync(499);
    expect(broker.groups).toEqual([['a']]);
    await jest.advanceTimersByTimeAsync(1);
    await broker.answer();
    expect(told.at(-1)).toEqual([false, undefined]);
    await broker.answer();
    await Promise.all(all);
    expect(broker.groups).toEqual([['a'], ['a'], ['b', 'c']]);
  });

  it('are told to stand still when no answer comes within a second, and to go on with it', async () => {
    const sent = add('a');
    await jest.advanceTimersByTimeAsync(999);
    expect(told).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(told).toEqual([[true, undefined]]);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(broker.groups).toEqual([['a']]);
    await broker.answer();
    await sent;
    expect(told).toEqual([
      [true, undefined],
      [false, undefined],
    ]);
  });

  it('lose only the one that the broker refuses', async () => {
    const first = add('a');
    const group = [add('b'), add('huge'), add('c')];
    await broker.answer();
    await first;
    const failures = Promise.allSettled(group);
    // All three, then b alone, the other two, the huge one alone, c.
    await broker.answer(TOO_LARGE);
    await broker.answer();
    await broker.answer(TOO_LARGE);
    await broker.answer(TOO_LARGE);
    await broker.answer();
    expect((await failures).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(arrived).toEqual(['a', 'b', 'c']);
    expect(broker.groups).toEqual([['a'], ['b', 'huge', 'c'], ['b'], ['huge', 'c'], ['huge'], ['c']]);
    expect(told.every(([isStalled]) => !isStalled)).toBe(true);
  });

  it('are rejected once the lane is closed', async () => {
    const all = Promise.allSettled([add('a'), add('b')]);
    lane.close();
    await broker.answer(AWAY);
    await broker.answer(AWAY);
    expect((await all).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await lane.drain();
  });
});
