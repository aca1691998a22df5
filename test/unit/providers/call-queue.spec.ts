import { CallQueue } from '../../../src/providers/call-queue.js';

/** A store that takes `callMs` for each call, on a clock that only the test moves. */
class SlowStore {
  nowMs = 0;
  private readonly ends: { readonly atMs: number; readonly end: () => void }[] = [];

  constructor(private readonly callMs: number) {}

  readonly call = (): Promise<void> =>
    new Promise((resolve) => this.ends.push({ atMs: this.nowMs + this.callMs, end: resolve }));

  async advance(ms: number): Promise<void> {
    const untilMs = this.nowMs + ms;
    while (this.nowMs < untilMs) {
      this.nowMs += 1;
      const due = this.ends.filter(({ atMs }) => atMs <= this.nowMs);
      for (const entry of due) {
        this.ends.splice(this.ends.indexOf(entry), 1);
        entry.end();
      }
      if (due.length > 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

const limits = { maxConcurrency: 4, queue: 100, timeoutMs: 5_000 };

describe('the queue of calls to a store', () => {
  const start = (
    store: SlowStore,
    queue: CallQueue,
    outcomes: string[],
    waits: number[] = [],
  ): Promise<void> => {
    const begunMs = store.nowMs;
    return queue.run(store.call).then(
      () => void (outcomes.push('done'), waits.push(store.nowMs - begunMs)),
      (error: { code: string }) => void outcomes.push(error.code),
    );
  };

  it('lets a burst wait until all of it is done', async () => {
    const store = new SlowStore(10);
    const queue = new CallQueue(limits, () => store.nowMs);
    const outcomes: string[] = [];
    const calls = Array.from({ length: 104 }, () => start(store, queue, outcomes));
    calls.push(start(store, queue, outcomes));
    await store.advance(300);
    await Promise.all(calls);
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(104);
    expect(outcomes.filter((outcome) => outcome === 'OVERLOADED')).toHaveLength(1);
    expect([queue.inFlight, queue.length]).toEqual([0, 0]);
  });

  it('gives under lasting overload as much as the store can, and keeps those fast that it lets in', async () => {
    const store = new SlowStore(10);
    const queue = new CallQueue(limits, () => store.nowMs);
    const outcomes: string[] = [];
    const waits: number[] = [];
    // Four in flight of 10 ms each are 0.4 a millisecond; four a millisecond come.
    for (let ms = 0; ms < 4_000; ms += 1) {
      for (let call = 0; call < 4; call += 1) void start(store, queue, outcomes, waits);
      await store.advance(1);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    const done = outcomes.filter((outcome) => outcome === 'done').length;
    expect(done).toBeGreaterThan(0.95 * 0.4 * 4_000);
    const late = waits.slice(Math.floor(waits.length / 2));
    expect(Math.max(...late)).toBeLessThanOrEqual(70);
    expect(new Set(outcomes)).toEqual(new Set(['done', 'OVERLOADED']));
  });

  it('forgets the overload when the queue was empty', async () => {
    const store = new SlowStore(10);
    const queue = new CallQueue(limits, () => store.nowMs);
    const outcomes: string[] = [];
    for (let ms = 0; ms < 1_000; ms += 1) {
      for (let call = 0; call < 4; call += 1) void start(store, queue, outcomes);
      await store.advance(1);
    }
    await store.advance(100);
    outcomes.length = 0;
    const calls = Array.from({ length: 100 }, () => start(store, queue, outcomes));
    await store.advance(300);
    await Promise.all(calls);
    expect(new Set(outcomes)).toEqual(new Set(['done']));
  });
});
