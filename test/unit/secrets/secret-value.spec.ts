import fc from 'fast-check';
import { parseJson } from '../../../src/secrets/json.js';
import { SecretError } from '../../../src/secrets/secret.errors.js';
import { SecretUri } from '../../../src/secrets/secret-uri.js';
import { MAX_VALUE_DEPTH, MAX_VALUE_KEYS, changeFor } from '../../../src/secrets/secret-value.js';
import { growth } from './growth.js';

const YAML_MAP = SecretUri.parse('yaml://secret/app');
const YAML_KEY = SecretUri.parse('yaml://secret/app#token');
const KV2_KEY = SecretUri.parse('openbao+kv2://secret/app#token');

/** What is to be written, as JSON text, or the code of the refusal. */
function outcome(uri: SecretUri, text: string): string {
  try {
    const change = changeFor(uri, parseJson(text), false);
    if (change.kind === 'replace') return `map ${JSON.stringify(change.values.open())}`;
    return change.kind === 'set-key' ? `${change.key} ${JSON.stringify(change.value.open())}` : change.kind;
  } catch (error) {
    if (error instanceof SecretError) return error.code;
    throw error;
  }
}

describe('a write without a fragment', () => {
  it.each(['{}', '{"a":null}', '{"a":{"b":[1.0]}}', '{"__proto__":"x"}', '{"":""}', '{"app":"x"}'])(
    'takes %s',
    (text) => {
      expect(outcome(YAML_MAP, text)).toBe(`map ${text}`);
    },
  );

  it.each(['"x"', '1', '1.0', 'true', 'null', '[]', '[{"a":1}]'])(
    'asks for an object instead of %s',
    (text) => {
      expect(outcome(YAML_MAP, text)).toBe('OBJECT_REQUIRED');
    },
  );
});

describe('a write with the fragment "token"', () => {
  it.each([
    ['"x"', '"x"'],
    ['""', '""'],
    ['false', 'false'],
    ['0', '0'],
    ['1.0', '1.0'],
    ['[]', '[]'],
    ['{}', '{}'],
    ['{"token":"x"}', '"x"'],
    ['{"token":false}', 'false'],
    ['{"token":1.0}', '1.0'],
    ['{"token":{"token":"x"}}', '{"token":"x"}'],
    ['{"token":"x","other":"y"}', '{"token":"x","other":"y"}'],
    ['{"Token":"x"}', '{"Token":"x"}'],
    ['[{"token":"x"}]', '[{"token":"x"}]'],
    ['{"other":null}', '{"other":null}'],
  ])('stores for %s the value %s', (text, stored) => {
    expect(outcome(YAML_KEY, text)).toBe(`token ${stored}`);
  });

  it.each(['null', '{"token":null}'])('refuses %s: a key is not set to null', (text) => {
    expect(outcome(YAML_KEY, text)).toBe('NULL_VALUE');
  });

  it('unwraps __proto__ like other keys, and nothing that is inherited', () => {
    const uri = YAML_MAP.withFragment('__proto__');
    expect(outcome(uri, '{"__proto__":"x"}')).toBe('__proto__ "x"');
    expect(outcome(uri, '{"a":"x"}')).toBe('__proto__ {"a":"x"}');
    expect(outcome(YAML_MAP.withFragment('toString'), '{"a":1}')).toBe('toString {"a":1}');
  });
});

describe('the size of a value', () => {
  const objects = (depth: number): string => `${'{"a":'.repeat(depth)}"x"${'}'.repeat(depth)}`;
  const keys = (count: number): string =>
    `{${Array.from({ length: count }, (_, index) => `"k${index}":0`).join(',')}}`;

  it(`takes ${MAX_VALUE_DEPTH} levels and not one more, whatever the innermost holds`, () => {
    expect(MAX_VALUE_DEPTH).toBe(32);
    expect(outcome(YAML_MAP, objects(32))).toMatch(/^map /);
    expect(outcome(YAML_MAP, objects(33))).toBe('VALUE_TOO_COMPLEX');
    expect(outcome(YAML_KEY, `${'['.repeat(32)}${']'.repeat(32)}`)).toMatch(/^token /);
    expect(outcome(YAML_KEY, `${'['.repeat(33)}${']'.repeat(33)}`)).toBe('VALUE_TOO_COMPLEX');
    expect(outcome(YAML_MAP, `{"a":0,"b":[${objects(31)}]}`)).toBe('VALUE_TOO_COMPLEX');
  });

  it(`takes ${MAX_VALUE_KEYS} keys in all and not one more`, () => {
    expect(MAX_VALUE_KEYS).toBe(1000);
    expect(outcome(YAML_MAP, keys(1000))).toMatch(/^map /);
    expect(outcome(YAML_MAP, keys(1001))).toBe('VALUE_TOO_COMPLEX');
    expect(outcome(YAML_KEY, `[${keys(500)},{"x":[${keys(499)}]}]`)).toMatch(/^token /);
    expect(outcome(YAML_KEY, `[${keys(500)},{"x":[${keys(500)}]}]`)).toBe('VALUE_TOO_COMPLEX');
  });

  it('counts no elements of lists', () => {
    expect(outcome(YAML_KEY, `[${'0,'.repeat(5000)}0]`)).toMatch(/^token /);
    expect(outcome(KV2_KEY, `[${'[],'.repeat(200_000)}[]]`)).toMatch(/^token /);
  });
});

describe('a number for a store of doubles', () => {
  it.each([
    ...[
      '0',
      '-0',
      '0.0',
      '0e999999',
      '1',
      '1.0',
      '1.50',
      '0.1',
      '0.10',
      '1e5',
      '1E+5',
      '100e-2',
      '1e21',
      '1e+23',
    ],
    ...['9007199254740991', '9007199254740992', '5e-324', '1.7976931348623157e308', '0.30000000000000004'],
    ...['100000000000000000000000', '12345678901234567000', '-2.5e-3', '0.000001', '1e-7', '000'.slice(1, 2)],
  ])('%s is stored as it is', (text) => {
    expect(outcome(KV2_KEY, text)).toBe(`token ${text}`);
  });

  it.each([
    ...[
      '9007199254740993',
      '-9007199254740993',
      '1e400',
      '-1e400',
      '1e-400',
      '0.1000000000000000055',
      '4e-324',
    ],
    ...[
      '12345678901234567890',
      '1.7976931348623159e308',
      '3.141592653589793238',
      '0.30000000000000001',
      '2e-324',
    ],
    '1e99999999999999999999',
    '1e-99999999999999999999',
  ])('%s is refused, also deep inside, and kept on YAML', (text) => {
    expect(outcome(KV2_KEY, text)).toBe('NUMBER_PRECISION');
    expect(outcome(KV2_KEY, `{"a":[1,{"b":${text}}]}`)).toBe('NUMBER_PRECISION');
    expect(outcome(SecretUri.parse('hashicorp+kv2://secret/app'), `{"a":${text}}`)).toBe('NUMBER_PRECISION');
    expect(outcome(YAML_KEY, text)).toBe(`token ${text}`);
  });

  it('passes with every way to write the shortest form of a double', () => {
    const double = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(double, fc.nat({ max: 30 }), (value, digits) => {
        const texts = [
          String(value),
          value.toExponential(),
          `${value.toExponential().replace('e', `${tail(value, digits)}e`)}`,
        ];
        expect(texts.filter((text) => outcome(KV2_KEY, text) === 'NUMBER_PRECISION')).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  it('is refused as soon as one more digit makes it another decimal', () => {
    const double = fc.double({ noNaN: true, noDefaultInfinity: true, min: 1e-300, max: 1e300 });
    fc.assert(
      fc.property(double, (value) => {
        const [mantissa = '', exponent = ''] = value.toExponential(20).split('e');
        const shortest = value.toExponential().split('e')[0] ?? '';
        const isSame = mantissa.replace(/\.?0+$/, '') === shortest;
        const expected = isSame ? 'stored' : 'NUMBER_PRECISION';
        expect(outcome(KV2_KEY, `${mantissa}e${exponent}`).replace(/^token .*/, 'stored')).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['inner zeros of a finite number', (size: number) => `1${'0'.repeat(size)}1e-${size}`],
    ['inner zeros', (size: number) => `1${'0'.repeat(size)}1`],
    ['outer zeros', (size: number) => `1${'0'.repeat(size)}e-${size}`],
    ['a fraction of zeros', (size: number) => `0.${'0'.repeat(size)}1`],
    [
      'zeros before the point and behind it',
      (size: number) => `1${'0'.repeat(size / 2)}.${'0'.repeat(size / 2)}`,
    ],
    ['nines', (size: number) => '9'.repeat(size)],
  ])('takes time that grows no faster than its digits: %s', (_title, textOf) => {
    const check = (size: number) => (): unknown => outcome(KV2_KEY, textOf(size));
    expect(growth(check(2 ** 15), check(2 ** 18))).toBeLessThan(32);
  });
});

function tail(value: number, digits: number): string {
  const hasPoint = value.toExponential().split('e')[0]?.includes('.') === true;
  return `${hasPoint ? '' : '.'}${'0'.repeat(digits + 1)}`;
}

describe('a refusal', () => {
  it('never quotes the value', () => {
    const values = ['9007199254740993', '["hunter2"]', '{"token":null}', '[[[[9007199254740993]]]]'];
    const messages = values.flatMap((text) =>
      [KV2_KEY, YAML_MAP, YAML_KEY].map((uri) => {
        try {
          changeFor(uri, parseJson(text), true);
          return '';
        } catch (error) {
          return String(error);
        }
      }),
    );
    expect(messages.filter((message) => /hunter2|9007199254740993/.test(message))).toEqual([]);
    expect(messages.filter((message) => message !== '').length).toBeGreaterThan(4);
  });
});

describe('what a rotation asks for', () => {
  it.each([true, false])('is carried in the change: mustExist %s', (mustExist) => {
    expect(changeFor(YAML_MAP, {}, mustExist)).toMatchObject({ kind: 'replace', mustExist });
    expect(changeFor(YAML_KEY, 'x', mustExist)).toMatchObject({ kind: 'set-key', mustExist });
  });
});

describe('half of a surrogate pair', () => {
  it.each(['"\\ud800"', '{"\\udc00":1}', '{"a":["x\\udfff"]}'])(
    'is refused where the store would change it: %s',
    (text) => {
      expect(outcome(KV2_KEY, text)).toBe('INVALID_REQUEST');
      expect(outcome(YAML_KEY, text)).toBe(`token ${text}`);
    },
  );

  it('is not a whole pair', () => {
    expect(outcome(KV2_KEY, '"\\ud83d\\ude00"')).toBe('token "😀"');
  });
});
