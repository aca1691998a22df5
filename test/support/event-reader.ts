import { setTimeout as sleep } from 'node:timers/promises';

export interface ReceivedEvent {
  readonly id: string | undefined;
  /** `message` where the stream names none. */
  readonly event: string;
  readonly data: string;
}

/** A reader of a server-sent event stream that keeps what it got (WHATWG HTML, 9.2.6). */
export interface EventReader {
  readonly status: number;
  readonly headers: Headers;
  readonly events: readonly ReceivedEvent[];
  /** Everything that came, comments too. */
  text(): string;
  /** Resolves once so many events are there. */
  waitFor(count: number): Promise<readonly ReceivedEvent[]>;
  /** Resolves when the server ends the stream, with how it ended. */
  readonly ended: Promise<'end' | 'cut'>;
  close(): void;
}

export async function readEvents(url: string, headers: Record<string, string> = {}): Promise<EventReader> {
  const abort = new AbortController();
  const answer = await fetch(url, { headers, signal: abort.signal });
  const events: ReceivedEvent[] = [];
  let text = '';
  let rest = '';
  const read = async (): Promise<'end' | 'cut'> => {
    try {
      for await (const chunk of answer.body ?? []) {
        const piece = Buffer.from(chunk as Uint8Array).toString('utf8');
        text += piece;
        const blocks = (rest + piece).split('\n\n');
        rest = blocks.pop() ?? '';
        events.push(...blocks.flatMap(parseBlock));
      }
      return 'end';
    } catch {
      return 'cut';
    }
  };
  const ended = read();
  return {
    status: answer.status,
    headers: answer.headers,
    events,
    text: () => text,
    waitFor: async (count) => {
      const giveUpAt = performance.now() + 10_000;
      while (events.length < count) {
        if (performance.now() > giveUpAt)
          throw new Error(`${events.length} of ${count} events came: ${text}`);
        await sleep(5);
      }
      return events;
    },
    ended,
    close: () => abort.abort(),
  };
}

function parseBlock(block: string): ReceivedEvent[] {
  const fields = block.split('\n').map((line) => /^(\w+): ?(.*)$/.exec(line));
  const find = (name: string): string | undefined => fields.find((field) => field?.[1] === name)?.[2];
  const data = find('data');
  return data === undefined ? [] : [{ id: find('id'), event: find('event') ?? 'message', data }];
}
