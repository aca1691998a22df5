import fc from 'fast-check';
import { importPageModule } from './page-module.js';

interface Parser {
  readonly retryMs: number | undefined;
  push(text: string): { event: string; data: string; lastEventId: string }[];
}
const { SseParser } = await importPageModule<{ SseParser: new () => Parser }>('sse-parser.js');

const STREAM = [
  'retry: 2000',
  '',
  ': heartbeat',
  '',
  'id: 1',
  'data: {"a":1}',
  '',
  'event: gap',
  'id: 2',
  'data: first',
  'data:second',
  '',
  'data',
  '',
  'id: without data',
  '',
  'data: x',
  '',
];
const EVENTS = [
  { event: 'message', data: '{"a":1}', lastEventId: '1' },
  { event: 'gap', data: 'first\nsecond', lastEventId: '2' },
  { event: 'message', data: '', lastEventId: '2' },
  { event: 'message', data: 'x', lastEventId: 'without data' },
];

describe('the parser of server-sent events', () => {
  it.each([
    ['line feeds', '\n'],
    ['carriage returns', '\r'],
    ['both', '\r\n'],
  ])('reads the same however the stream is cut: %s', (_kind, end) => {
    const text = `${STREAM.join(end)}${end}`;
    fc.assert(
      fc.property(fc.array(fc.nat(text.length)), (cuts) => {
        const parser = new SseParser();
        const ends = [...cuts.toSorted((a, b) => a - b), text.length];
        const pieces = ends.map((to, index) => text.slice(ends[index - 1] ?? 0, to));
        expect(pieces.flatMap((piece) => parser.push(piece))).toEqual(EVENTS);
        expect(parser.retryMs).toBe(2_000);
      }),
    );
  });

  it('leaves aside what it does not know, and an id with a null character', () => {
    const parser = new SseParser();
    expect(parser.push('id: kept\nid: a\0b\nretry: soon\nother: x\ndata:  two spaces\n\n')).toEqual([
      { event: 'message', data: ' two spaces', lastEventId: 'kept' },
    ]);
    expect(parser.retryMs).toBeUndefined();
  });
});
