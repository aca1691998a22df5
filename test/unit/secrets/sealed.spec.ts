import { AssertionError, deepStrictEqual } from 'node:assert';
import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { format, formatWithOptions, inspect } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { pino } from 'pino';
import { Sealed } from '../../../src/secrets/sealed.js';

const PLAINTEXT = 'hunter2';
const sealed = new Sealed(PLAINTEXT);
const deep = { config: { password: sealed }, list: [sealed], map: new Map([['k', sealed]]) };
const unlintedText = sealed as unknown as string;

/** What a console or a logger of that stream wrote. */
function written(write: (stream: Writable) => void): string {
  const chunks: string[] = [];
  write(new Writable({ write: (chunk: Buffer, _encoding, done) => (chunks.push(chunk.toString()), done()) }));
  return chunks.join('');
}

/** Every way to print that somebody may take without thinking. */
const PRINTED: readonly (readonly [string, () => string])[] = [
  ['String()', () => String(sealed)],
  ['a template', () => `${unlintedText}`],
  ['concatenation', () => 'x' + unlintedText],
  ['toString', () => sealed.toString()],
  ['toLocaleString', () => sealed.toLocaleString()],
  ['Array.join', () => [sealed].join()],
  ['Number()', () => String(Number(sealed))],
  ['JSON', () => JSON.stringify(sealed)],
  ['JSON of a structure', () => JSON.stringify(deep)],
  ['JSON as a key', () => JSON.stringify({ [unlintedText]: 1 })],
  ['inspect', () => inspect(sealed)],
  ['inspect of a structure', () => inspect(deep, { depth: null, showHidden: true, getters: true })],
  [
    'inspect without custom inspection',
    () => inspect(deep, { depth: null, showHidden: true, customInspect: false }),
  ],
  ['inspect of a proxy', () => inspect(new Proxy(sealed, {}), { showProxy: true, showHidden: true })],
  ...['%s', '%d', '%i', '%f', '%j', '%o', '%O', '%c', ''].map(
    (code) => [`format ${code}`, () => format(code, sealed) + format(code, deep)] as const,
  ),
  ['formatWithOptions', () => formatWithOptions({ showHidden: true, colors: true }, '%o %O', sealed, deep)],
  ['Object.entries', () => inspect([Object.entries(sealed), Reflect.ownKeys(sealed), Object.values(sealed)])],
  ['a spread', () => inspect({ ...sealed })],
  ['Object.assign', () => JSON.stringify(Object.assign({}, sealed))],
  ['structuredClone', () => inspect(structuredClone(sealed), { showHidden: true })],
  ['v8.serialize', () => serialize(sealed).toString('latin1') + inspect(deserialize(serialize(sealed)))],
  ['the message of an error', () => new Error(unlintedText).message],
  ['an error as its cause', () => inspect(new Error('x', { cause: sealed }))],
  ['an error with facts', () => inspect(Object.assign(new Error('x'), { sealed, deep }))],
  ['a failed assertion', () => messageOf(() => deepStrictEqual({ sealed }, { sealed: 1 }))],
  ['a failed expectation', () => messageOf(() => expect({ sealed }).toEqual({ sealed: 'x' }))],
  ['a TypeError of the engine', () => messageOf(() => (sealed as unknown as () => void)())],
  ['a console', () => written((out) => printEverywhere(new Console(out, out)))],
  [
    'a logger',
    () =>
      written((out) => pino({}, out).error({ err: new Error('x', { cause: sealed }), deep }, 'x %s', sealed)),
  ],
  ['search parameters', () => new URLSearchParams({ token: unlintedText }).toString()],
  ['headers', () => JSON.stringify([...new Headers({ authorization: unlintedText })])],
];

function printEverywhere(console: Console): void {
  console.log(sealed, deep);
  console.error('%s', sealed);
  console.dir(deep, { depth: null, showHidden: true });
  console.table([{ sealed }]);
  console.group(sealed);
}

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    const { message, stack } = error as Error;
    return `${message} ${stack} ${error instanceof AssertionError ? inspect(error) : ''}`;
  }
  throw new Error('It was to fail.');
}

describe('a sealed value', () => {
  it.each(PRINTED)('is not printed by %s', (_way, print) => {
    expect(print()).not.toContain(PLAINTEXT);
  });

  it('shows a mask where it stands, so that a reader knows why', () => {
    expect([
      `${unlintedText}`,
      JSON.stringify(sealed),
      inspect(sealed),
      format('%s %j', sealed, sealed),
    ]).toEqual(['[sealed]', '"[sealed]"', '[sealed]', '[sealed] "[sealed]"']);
  });

  it('opens to what it was given, the same object', () => {
    const value = { a: [1] };
    expect(new Sealed(value).open()).toBe(value);
    expect(sealed.open()).toBe(PLAINTEXT);
    expect(new Sealed(undefined).open()).toBeUndefined();
  });

  it('opens only on itself', () => {
    const stranger = Object.create(Sealed.prototype) as Sealed<string>;
    expect(() => stranger.open()).toThrow(TypeError);
    expect(() => new Proxy(sealed, {}).open()).toThrow(TypeError);
  });

  it('would show in these ways if it were not sealed', () => {
    const plain = { config: { password: PLAINTEXT } };
    expect(
      [JSON.stringify(plain), inspect(plain), format('%j', plain)].every((text) => text.includes(PLAINTEXT)),
    ).toBe(true);
  });
});
