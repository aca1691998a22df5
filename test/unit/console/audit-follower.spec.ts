import { setTimeout as sleep } from 'node:timers/promises';
import { importPageModule } from './page-module.js';

type Stream = ReadableStream<Uint8Array>;
interface Client {
  listPage(limit: number, cursor: string | undefined): Promise<Page>;
  openStream(lastEventId: string | undefined, signal: AbortSignal): Promise<Stream>;
}
interface Page {
  readonly items: { id: string }[];
  readonly next_cursor: string | null;
}
interface Connection {
  readonly name: string;
  readonly untilMs?: number;
}
interface Follower {
  run(): Promise<void>;
  stop(): void;
  retryNow(): void;
}
type FollowerClass = new (client: Client, listener: object, options?: { silenceMs: number }) => Follower;
type RefusedErrorClass = new (status: number, code: string, detail: string, retryAfterMs: number) => Error;
const { AuditFollower } = await importPageModule<{ AuditFollower: FollowerClass }>('audit-follower.js');
const { RefusedError } = await importPageModule<{ RefusedError: RefusedErrorClass }>('audit-client.js');

const NOTHING: Page = { items: [], next_cursor: null };
const page = (...ids: string[]): Page => ({ items: ids.map((id) => ({ id })), next_cursor: null });
const eventOf = (id: string): string => `id: ${id}\ndata: ${JSON.stringify({ id })}\n\n`;

describe('following the trail', () => {
  let pages: (Page | Error)[];
  /** What each attempt gets: text, and whether the stream stays open behind it; or a refusal. */
  let streams: ({ text: string; stays: boolean } | Error)[];
  let asked: (string | undefined)[];
  let told: string[];
  let follower: Follower;
  let running: Promise<void>;

  beforeEach(() => {
    pages = [];
    streams = [];
    asked = [];
    told = [];
  });
  afterEach(async () => {
    follower.stop();
    await running;
  });

  function start(silenceMs = 30_000): void {
    const client: Client = {
      listPage: (_limit, cursor) => {
        told.push(`list ${cursor ?? 'newest'}`);
        return settle(pages.shift() ?? NOTHING);
      },
      openStream: async (lastEventId, signal) => {
        asked.push(lastEventId);
        const { text, stays } = await settle(streams.shift() ?? { text: '', stays: true });
        return makeStream(text, stays, signal);
      },
    };
    const idsOf = (records: { id: string }[]): string => records.map(({ id }) => id).join(',');
    follower = new AuditFollower(
      client,
      {
        onConnection: ({ name, untilMs }: Connection) =>
          told.push(untilMs !== undefined && untilMs - Date.now() > 20_000 ? `${name} long` : name),
        onRecords: (records: { id: string }[]) => told.push(`new ${idsOf(records)}`),
        onOlder: (records: { id: string }[]) => told.push(`older ${idsOf(records)}`),
        onGap: (missed: number | null) => told.push(`gap ${missed}`),
      },
      { silenceMs },
    );
    running = follower.run();
  }

  function settle<Value>(value: Value | Error): Promise<Value> {
    return value instanceof Error ? Promise.reject(value) : Promise.resolve(value);
  }

  function makeStream(text: string, stays: boolean, signal: AbortSignal): Stream {
    return new ReadableStream({
      start: (controller) => {
        controller.enqueue(new TextEncoder().encode(text));
        if (!stays) controller.close();
        else signal.addEventListener('abort', () => controller.error(new Error('aborted')));
      },
    });
  }

  async function until(line: string, times = 1): Promise<void> {
    const giveUpAt = performance.now() + 10_000;
    while (told.filter((one) => one === line).length < times) {
      if (performance.now() > giveUpAt) throw new Error(`no "${line}" in ${JSON.stringify(told)}`);
      await sleep(5);
    }
  }

  it('begins at the newest record of the backlog and goes on from there', async () => {
    pages = [{ ...page('c', 'b'), next_cursor: 'p2' }, page('a')];
    streams = [{ text: eventOf('d') + eventOf('e'), stays: true }];
    start();
    await until('new d,e');
    await until('older a');
    expect(told.filter((line) => !line.startsWith('older') && line !== 'list p2')).toEqual([
      ...['connecting', 'list newest', 'new b,c', 'live', 'new d,e'],
    ]);
    expect(asked).toEqual(['c']);
  });

  it('asks an empty trail twice: what came between the calls would be missed', async () => {
    pages = [NOTHING, page('own')];
    start();
    await until('live');
    expect(asked).toEqual(['own']);
  });

  it('tells of gaps in their place, and comes back behind the last event', async () => {
    pages = [page('a')];
    const gap = 'event: gap\nid: mark\ndata: {"missed":3}\n\n';
    streams = [{ text: `retry: 20\n\n${eventOf('b')}${gap}${eventOf('c')}`, stays: false }];
    start();
    await until('live', 2);
    expect(told.slice(3)).toEqual(['live', 'new b', 'gap 3', 'new c', 'waiting', 'connecting', 'live']);
    expect(asked).toEqual(['a', 'c']);
  });

  it('takes a connection without a heartbeat for dead', async () => {
    pages = [page('a')];
    streams = [{ text: 'retry: 20\n\n', stays: true }];
    start(100);
    await until('live', 2);
    expect(asked.slice(0, 2)).toEqual(['a', 'a']);
  });

  it.each([401, 403, 404])('waits for a person after a refusal with %i', async (status) => {
    pages = [new RefusedError(status, 'CODE', 'No.', 0), page('a')];
    start();
    await until('refused');
    await sleep(50);
    expect(told).toEqual(['connecting', 'list newest', 'refused']);
    follower.retryNow();
    await until('live');
  });

  it('comes back by itself where everybody is refused, and not before it was told to', async () => {
    pages = [page('a')];
    streams = [new RefusedError(503, 'OVERLOADED', 'Full.', 30_000)];
    start();
    await until('waiting long');
    follower.retryNow();
    await until('live');
  });

  it('tells nobody anything once it was stopped', async () => {
    pages = [page('a')];
    start();
    await until('live');
    follower.stop();
    await running;
    expect(told.at(-1)).toBe('live');
  });
});
