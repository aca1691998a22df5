import fc from 'fast-check';
import {
  MAX_JSON_DEPTH,
  emptyJsonObject,
  hasDuplicateKeys,
  isJsonObject,
  isRawNumber,
  numberFromText,
  parseJson,
} from '../../../src/secrets/json.js';
import { SecretError } from '../../../src/secrets/secret.errors.js';
import { growth } from './growth.js';

const digits = (minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...'0123456789'), { minLength, maxLength }).map((chosen) => chosen.join(''));

/** Every text that RFC 8259 section 6 calls a number. */
const numberText = fc
  .record({
    sign: fc.constantFrom('', '-'),
    whole: fc.oneof(
      fc.constant('0'),
      fc.tuple(fc.constantFrom(...'123456789'), digits(0, 25)).map((d) => d.join('')),
    ),
    fraction: fc.oneof(
      fc.constant(''),
      digits(1, 25).map((d) => `.${d}`),
    ),
    exponent: fc.oneof(
      fc.constant(''),
      fc.tuple(fc.constantFrom('e', 'E'), fc.constantFrom('', '+', '-'), digits(1, 5)).map((d) => d.join('')),
    ),
  })
  .map(({ sign, whole, fraction, exponent }) => sign + whole + fraction + exponent);

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof SecretError ? error.code : (error as Error).name;
  }
  return 'parsed';
}

describe('parseJson', () => {
  it('keeps every number digit for digit, wherever it stands', () => {
    fc.assert(
      fc.property(numberText, numberText, (one, other) => {
        const text = `{"a":${one},"b":[${other},{"c":${one}}],"s":"${other}"}`;
        expect(JSON.stringify(parseJson(text))).toBe(text);
        expect(JSON.stringify(parseJson(one))).toBe(one);
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['-0', '0.0', '1.0', '1e5', '1E+5', '100e-2', '9007199254740993', '1e400', '1e-400', '-0.0e-0'])(
    'keeps %s',
    (text) => {
      expect(JSON.stringify(parseJson(`[${text}]`))).toBe(`[${text}]`);
      expect(isRawNumber(parseJson(text))).toBe(true);
    },
  );

  it.each(['0', '-1', '12', '0.1', '1.5', '5e-324', '1e+21', '999999999999999'])(
    'makes a plain number of %s, which prints as it came',
    (text) => {
      expect(parseJson(text)).toBe(Number(text));
    },
  );

  it('agrees with JSON.parse on everything but the digits', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        expect(JSON.parse(JSON.stringify(parseJson(text)))).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each(['{"__proto__":{"x":1}}', '{"__proto__":{"x":1.0}}'])('takes __proto__ for a key in %s', (text) => {
    const parsed = parseJson(text) as { x?: unknown };
    expect(Object.keys(parsed)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
    expect(parsed.x).toBeUndefined();
    expect(JSON.stringify(parsed)).toBe(text);
  });

  it.each(['{"":1.0}', '{"constructor":1.0,"toString":null}', '{"a":{"":""}}', '"\\ud800"'])(
    'keeps %s',
    (text) => {
      expect(JSON.stringify(parseJson(text))).toBe(text);
    },
  );

  it('takes and refuses what JSON.parse takes and refuses', () => {
    const piece = fc.constantFrom(
      ...'{}[]:,"\\ \n\t01-+.eEtruefalsn'.split(''),
      '"a":',
      'null',
      'true',
      String.raw`"\u0041"`,
      '\u00a0',
      '\u0000',
    );
    const almostJson = fc.oneof(
      fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
      fc.tuple(fc.json({ maxDepth: 3 }), fc.nat(), piece).map(([text, at, extra]) => {
        const cut = at % (text.length + 1);
        return text.slice(0, cut) + extra + text.slice(cut);
      }),
    );
    fc.assert(
      fc.property(almostJson, (text) => {
        const ours = codeOf(() => parseJson(text));
        expect(ours).toBe(codeOf(() => JSON.parse(text) as unknown));
        // JSON.parse itself is wrong about escaped keys.
        if (ours === 'parsed' && !text.includes('\\')) {
          expect(JSON.parse(JSON.stringify(parseJson(text)))).toEqual(JSON.parse(text));
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('quotes nothing of a malformed text', () => {
    for (const text of [
      '{"password":"hunter2',
      'hunter2',
      '{"hunter2"}',
      '"hunter2\n"',
      String.raw`"hunter2\x"`,
    ]) {
      expect(() => parseJson(text)).toThrow('The text is not well-formed JSON.');
    }
  });

  it('does not take an object that only looks like a raw number for one', () => {
    const parsed = parseJson('{"rawJSON":"1.0"}');
    expect(isRawNumber(parsed)).toBe(false);
    expect(isJsonObject(parsed)).toBe(true);
    expect(isJsonObject(numberFromText('1.0'))).toBe(false);
  });

  it.each([
    '',
    ' ',
    '{',
    '[1,]',
    '{"a":1,}',
    '01',
    '1.',
    '.5',
    '+1',
    '0x1',
    'NaN',
    "'a'",
    '"\n"',
    '1 2',
    '\ufeff1',
    '[1.0',
    ...[
      '-',
      '-01',
      '1e',
      '1e+',
      '00',
      '1_0',
      '0b1',
      'tru',
      'nul',
      'True',
      'nullx',
      'undefined',
      'Infinity',
      '--1',
    ],
    ...[
      '"',
      '"a',
      String.raw`"\x"`,
      String.raw`"\u12g4"`,
      String.raw`"a\"`,
      '"\u0000"',
      '"\u001f"',
      '{"\t":1}',
    ],
    ...[
      '[',
      ']',
      '[1',
      '[1 2]',
      '[,1]',
      '{"a"}',
      '{"a":}',
      '{a:1}',
      '{"a":1 "b":2}',
      '{"a":1]',
      '[1}',
      '{1:2}',
      ':',
      ',',
    ],
    ...['\u00a01', '1\u2028', '/**/1', '1//', '[]]', '{}{}', 'null null'],
  ])('refuses %j as malformed', (text) => {
    expect(codeOf(() => parseJson(text))).toBe('SyntaxError');
  });
});

describe('parseJson on escaped keys', () => {
  // https://github.com/nodejs/node/issues/63785: JSON.parse of Node 24 takes these keys for one that it met before.
  it.each([
    ['{"\\\\":0}', '{"\\"":0}'],
    ['{"\\\\":0}', '{"\\n":0}'],
    ['{"\\\\":0}', '{"\\u0061":0}'],
    ['{"h":[],"\\\\":0}', '{"h":1,"\\"":2}'],
    ['{"\\\\\\"":0}', '{"\\"a":0}'],
    ['{"\\\\u0":0}', '{"\\u0075ri":0}'],
  ])('is not misled by %s before %s', (before, text) => {
    const keyOf = (from: string): string[] => Object.keys(parseJson(from) as object);
    const inside = parseJson(`[${before},${before},${text}]`) as object[];
    expect(keyOf(before)).toHaveLength(before.includes('h') ? 2 : 1);
    expect(keyOf(text).at(-1)).toBe(unescaped(text));
    expect(Object.keys(inside[2] ?? {}).at(-1)).toBe(unescaped(text));
  });

  /** The last key, read as a string of its own. */
  function unescaped(text: string): string {
    const [, last = ''] = /("(?:[^"\\]|\\.)*"):\d\}$/.exec(text) ?? [];
    return JSON.parse(last) as string;
  }

  it('keeps every key of any object', () => {
    const key = fc.string({
      unit: fc.constantFrom('a', '\\', '"', '\n', '/', 'u', '0', '\u00e9', '\ud800'),
      maxLength: 3,
    });
    fc.assert(
      fc.property(fc.uniqueArray(key, { maxLength: 6 }), (keys) => {
        const text = `{${keys.map((name, index) => `${JSON.stringify(name)}:${index}`).join(',')}}`;
        const parsed = parseJson(text) as Record<string, unknown>;
        expect(keys.map((name) => parsed[name])).toEqual(keys.map((_name, index) => index));
        expect(Object.keys(parsed)).toHaveLength(keys.length);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('parseJson on deep nesting', () => {
  const nested = (depth: number, inner: string): string => '['.repeat(depth) + inner + ']'.repeat(depth);

  it.each(['1', '1.0'])('takes as many levels as it says, around %s', (inner) => {
    const text = nested(MAX_JSON_DEPTH, inner);
    expect(JSON.stringify(parseJson(text))).toBe(text);
  });

  it.each([
    ['one level more', nested(MAX_JSON_DEPTH + 1, '1')],
    ['one level more, with a number whose digits count', nested(MAX_JSON_DEPTH + 1, '1.0')],
    ['one object more', `${'{"a":'.repeat(MAX_JSON_DEPTH + 1)}1.0${'}'.repeat(MAX_JSON_DEPTH + 1)}`],
    ['5,000 levels, where a reviver ends its stack', nested(5000, '1.0')],
    ['half a million levels', nested(2 ** 19, '1.0')],
    ['1 MiB of [', '['.repeat(2 ** 20)],
    ['1 MiB of {"a":', '{"a":'.repeat(2 ** 20 / 5)],
  ])('refuses %s', (_title, text) => {
    expect(codeOf(() => parseJson(text))).toBe('VALUE_TOO_COMPLEX');
  });

  it('does not count brackets in strings, nor those that are closed', () => {
    const text = JSON.stringify([
      '['.repeat(1000),
      '\\"[',
      '"'.repeat(9) + '{'.repeat(1000),
      ...Array(1000).fill([]),
    ]);
    expect(JSON.stringify(parseJson(text))).toBe(text);
  });
});

describe('hasDuplicateKeys', () => {
  const isDuplicated = (text: string): boolean => hasDuplicateKeys(text, parseJson(text));

  it.each([
    '{"a":1,"a":2}',
    '{"a":1,"a":1}',
    '{"a":1.0,"b":0,"a":2.0}',
    String.raw`{"\u0061":1,"a":2}`,
    String.raw`{"\u0061":1,"\u0061":2}`,
    '{"__proto__":1,"__proto__":2}',
    String.raw`{"__proto__":{},"__proto\u005f_":{}}`,
    '{"":1,"":2}',
    '{"x":{"y":[0,{"a":1,"a":2}]}}',
    '[[{"a":null,"a":null}]]',
    '{"a":{"b":1,"c":2},"a":3}',
    '{"a":3,"a":{"b":1,"c":2}}',
    '{"1":0,"1":0}',
    ' { "a" : 1 ,\n"a"\t:\r2 } ',
    String.raw`{"\"":1,"\u0022":2}`,
    String.raw`{"\\":1,"\u005c":2}`,
  ])('is true for %s', (text) => {
    expect(isDuplicated(text)).toBe(true);
  });

  it.each([
    '{}',
    '[]',
    '1.0',
    '"a:b"',
    '{"a":1,"A":2}',
    '{"a":1,"b":{"a":2}}',
    '[{"a":1},{"a":1}]',
    '{"a":"\\",\\"a\\":1"}',
    '{"a\\":":1,"b":"{\\"b\\":2}"}',
    String.raw`{"\\":1,"\\\\":2}`,
    String.raw`{"a\\":1,"b":":::\\"}`,
    '{"__proto__":1,"constructor":2}',
    '{"\u00e9":1,"e\u0301":2}',
    '{"a":12345678901234567890,"b":1.0}',
    '{"rawJSON":1.0}',
  ])('is false for %s', (text) => {
    expect(isDuplicated(text)).toBe(false);
  });

  it('is true exactly where a member was lost', () => {
    const key = fc.constantFrom('a', 'b', 'c', '"', ':', '\\', '', '__proto__', '{"a":1}');
    const members = fc.array(fc.tuple(key, fc.json({ maxDepth: 2 })), { maxLength: 5 });
    fc.assert(
      fc.property(members, (pairs) => {
        const text = `{${pairs.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`;
        // fc.json prints objects, which have no key twice.
        expect(isDuplicated(text)).toBe(new Set(pairs.map(([name]) => name)).size < pairs.length);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('time of parseJson and hasDuplicateKeys', () => {
  const both = (text: string) => (): unknown => hasDuplicateKeys(text, parseJson(text));

  it.each([
    ['a string of quotes', (size: number) => JSON.stringify('\\"'.repeat(size / 4))],
    [
      'keys',
      (size: number) => `{${Array.from({ length: size / 12 }, (_, index) => `"key${index}":1`).join(',')}}`,
    ],
    ['empty objects', (size: number) => `[${'{},'.repeat(size / 3)}{}]`],
    ['numbers', (size: number) => `[${'1.0,'.repeat(size / 4)}1.0]`],
    ['one number', (size: number) => `[1${'0'.repeat(size)}1]`],
  ])('grows no faster than the text: %s', (_title, textOf) => {
    expect(growth(both(textOf(2 ** 15)), both(textOf(2 ** 18)))).toBeLessThan(32);
  });
});

describe('emptyJsonObject', () => {
  it('takes any key, __proto__ too', () => {
    const object = emptyJsonObject();
    object['__proto__'] = 'x';
    expect(JSON.stringify(object)).toBe('{"__proto__":"x"}');
    expect('toString' in object).toBe(false);
  });
});
