import * as fc from 'fast-check';
import { parseJson } from '../../../../src/secrets/json.js';
import type { JsonObject } from '../../../../src/secrets/json.js';

const ODD_STRINGS = [
  '',
  '__proto__',
  '<<',
  '- a',
  '? b',
  '# c',
  'a: b',
  'a #b',
  ' ',
  '\n',
  '\n\n',
  'a\nb',
  'a\nb\n',
  'a\n\nb\n\n',
  '  a\nb',
  'a\n  b',
  'a\n#c\nb',
  'a\n---\nb\n',
  'a\n%b',
  '\ta',
  'a\t',
  'a ',
  'a\r',
  '\r\n',
  '\u0000',
  '\u0085',
  '\u2028',
  '\ufeff',
  '\ud800',
  'x\udc00',
  'true',
  'null',
  '~',
  '123',
  '1e5',
  '.5',
  '0x1',
  '---',
  '...',
  '%x',
  '|',
  '>',
  '&a',
  '*a',
  '!t',
  '@',
  '`',
  '"',
  "'",
  '{',
  '}',
  '[',
  ']',
  ',',
  'a,b',
  'x: |\n  y',
  '日本語\nテスト\n',
  '-----BEGIN X-----\nabc\n-----END X-----\n',
  'k'.repeat(1100),
  'w '.repeat(800),
];
const INDICATORS = [...' \n\t\r#:-"\'\\?,{}[]&*!|>%@`ab1.é\u2028'];
const NUMBERS = ['0', '-0', '1', '1.50', '9007199254740993', '1e-400', '1E5', '-1.0e+10', '0.1'];

const text = fc.oneof(
  fc.constantFrom(...ODD_STRINGS),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ unit: fc.constantFrom(...INDICATORS), maxLength: 14 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 })
    .map((codes) => String.fromCharCode(...codes)),
);
const member = (value: fc.Arbitrary<string>) =>
  fc.tuple(text, value).map(([key, json]) => `${JSON.stringify(key)}:${json}`);
const number = fc.oneof(
  fc.constantFrom(...NUMBERS),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
);

const { value } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('null', 'true', 'false'),
    number,
    text.map((string) => JSON.stringify(string)),
    fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
    fc.array(member(tie('value')), { maxLength: 4 }).map((members) => `{${members.join(',')}}`),
  ),
}));

/** Any map of a secret: every string as key and value, every number, lone surrogates too. */
export const anyMap: fc.Arbitrary<JsonObject> = fc
  .array(member(value), { maxLength: 6 })
  .map((members) => parseJson(`{${members.join(',')}}`) as JsonObject);

/** Files that people might have written. */
export const anyFile = fc.constantFrom(
  '',
  '# head\n\ns/a: {t: x}\n# c\ns/b:\n  k: v # in\n  # above l\n  l: |+\n    keep\n\n\n# end\n',
  's/a:\n  x: 1\r\n',
  '{s/a: {x: 1, y: [1, 2]}, s/b: {}}',
  '{\n  s/a: {x: 1}, # one\n  # two\n  s/b: {}\n}\n',
  '---\ns/a: &x\n  t: {a: 1, b: 2}\ns/b: *x\ns/c:\n  z: *x\n',
  ' s/a:\n   k: v\n s/b: {}\n',
  's/a:\n  k: >\n    folded\n    text\n\n    more\n  p: plain\n    multi\n  q: "dq\n    multi"',
  '? s/a\n: k: v\n? "s/b"\n:\n  {}\ns/c:\n    deep:\n        - a: 1\n          # cc\n          b: 2\n        -   - x\n',
  's/a:\n  k: |+\n    x\n\ns/b:\n  j: |2+\n      ind\n\n',
);

/** Lines that in any order make texts of all kinds, most of them broken. */
export const anyText = fc
  .tuple(
    fc.array(
      fc.constantFrom(
        ...[
          'a:',
          'b:',
          'a: {}',
          'b: {x: 1}',
          '"d": {}',
          "'e': {q: r}",
          '1: {}',
          ': {}',
          '{',
          '}',
          '  }',
          '[',
        ],
        ...[
          '  x: 1',
          '  y: |',
          '  y: |+',
          '  z: >-',
          '    text',
          '  k: v\r',
          '  p: plain',
          '    more',
          '   odd: 1',
        ],
        ...[
          '',
          '   ',
          '#',
          '# c',
          '  # c',
          'a: # x',
          'b: {}   # c',
          '? f',
          ': {}',
          ': g: 1',
          '? [x]',
          '  ? y',
          '  : z',
        ],
        ...[
          '- x',
          '  - x',
          '"open: {',
          '  close"',
          'a: "x',
          '  y"',
          'a: {} b',
          "it's: {}",
          '  "q": "1',
          '  2"',
        ],
        ...['b: &a {x: 1}', 'c: *a', '---', '...', '%YAML 1.2', '!!map', '&x', 'a: !!map', 'a: |', '  x: "a'],
        ...[
          '\tx: 1',
          '  x:\t1',
          'a: \u2028b: {}',
          'b: {x: "\u2028c: {}"}',
          '# \u2028c: {}',
          'x: {}\r',
          'a: {\r',
        ],
      ),
      { maxLength: 7 },
    ),
    fc.constantFrom('\n', '\n', '\r\n'),
    fc.boolean(),
  )
  .map(([lines, eol, isEnded]) => lines.join(eol) + (isEnded ? eol : ''));
