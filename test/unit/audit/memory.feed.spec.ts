import type { Readable } from 'node:stream';
import { jest } from '@jest/globals';
import { MemoryFeed } from '../../../src/audit/feed/memory.feed.js';
import { Metrics } from '../../../src/observability/metrics.js';
import { testConfig } from '../../support/config.js';
import { auditRecord } from './audit-records.js';

describe('those who follow the records', () => {
  let feed: MemoryFeed;
  let metrics: Metrics;
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    metrics = new Metrics();
    feed = new MemoryFeed(testConfig({ AUDIT_BUFFER_SIZE: '5' }), metrics);
  });
  afterEach(() => {
    feed.beforeApplicationShutdown();
    jest.useRealTimers();
  });

  const addMany = (count: number): void => {
    for (let index = 0; index < count; index += 1) feed.add(auditRecord({ correlation_id: `c-${index}` }));
  };
  function textOf(stream: Readable): () => string {
    let text = '';
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
    return () => text;
  }
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const dropped = async (): Promise<number | undefined> =>
    (await metrics.auditStreamsDropped.get()).values[0]?.value;

  it('hear a comment every 15 seconds', async () => {
    const text = textOf(feed.follow('dev', undefined));
    await settle();
    jest.advanceTimersByTime(14_999);
    expect(text()).not.toContain(': heartbeat');
    jest.advanceTimersByTime(30_002);
    expect(text().match(/^: heartbeat\n\n/gm)).toHaveLength(3);
  });

  it('are told of each record of their tenant, at once and in order', async () => {
    const text = textOf(feed.follow('dev', undefined));
    const other = textOf(feed.follow('another', undefined));
    await settle();
    addMany(3);
    await settle();
    expect(text().match(/(?<="correlation_id":")c-\d/g)).toEqual(['c-0', 'c-1', 'c-2']);
    expect(other()).toBe('retry: 2000\n\n');
  });

  it('are dropped when they fall out of what is kept, and cost nothing until then', async () => {
    const slow = feed.follow('dev', undefined);
    const closed = new Promise((resolve) => slow.once('close', resolve));
    slow.on('error', () => undefined);
    slow.read(0);
    await settle();
    const long = 'x'.repeat(30_000);
    for (let index = 0; index < 8; index += 1) feed.add(auditRecord({ subject: long }));
    expect(slow.destroyed).toBe(false);
    expect(slow.readableLength).toBeLessThan(100_000);
    for (let index = 0; index < 8; index += 1) feed.add(auditRecord({ subject: long }));
    await closed;
    expect(await dropped()).toBe(1);
    expect((await metrics.auditStreams.get()).values[0]?.value).toBe(0);
  });

  it('are dropped when they take nothing from one comment to the next', async () => {
    const slow = feed.follow('dev', undefined);
    slow.on('error', () => undefined);
    slow.read(0);
    await settle();
    for (let index = 0; index < 4; index += 1) feed.add(auditRecord({ subject: 'x'.repeat(30_000) }));
    jest.advanceTimersByTime(15_000);
    expect(slow.destroyed).toBe(false);
    jest.advanceTimersByTime(15_000);
    expect(slow.destroyed).toBe(true);
    expect(await dropped()).toBe(1);
  });

  it('cannot come any more when the service ends', () => {
    feed.beforeApplicationShutdown();
    expect(() => feed.follow('dev', undefined)).toThrow('SHUTTING_DOWN');
  });

  it('see an address only once, and those that never got a record are forgotten', () => {
    const record = auditRecord();
    feed.showAddress(record.id, 'yaml://secret/a');
    for (let index = 0; index < 999; index += 1) feed.showAddress(`unused-${index}`, 'yaml://secret/b');
    feed.add(record);
    feed.add(record);
    const shown = feed.list('dev', 10, undefined).records.map(({ uri }) => uri);
    expect(shown).toEqual([undefined, 'yaml://secret/a']);
    const lost = auditRecord();
    feed.showAddress(lost.id, 'yaml://secret/c');
    for (let index = 0; index < 1_000; index += 1) feed.showAddress(`later-${index}`, 'yaml://secret/d');
    feed.add(lost);
    expect(feed.list('dev', 1, undefined).records[0]?.uri).toBeUndefined();
  });
});
