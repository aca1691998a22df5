import { isStoredAs } from '../../../../src/providers/kv2/stored-equality.js';
import { parseJson } from '../../../../src/secrets/json.js';

describe('isStoredAs', () => {
  it.each([
    ['{"a":1,"b":[true,null,"x"]}', '{"b":[true,null,"x"],"a":1}'],
    ['{"a":1.0,"b":1e2,"c":1E400}', '{"a":1,"b":100,"c":1e999}'],
    ['{"a":12345678901234567890}', '{"a":12345678901234567000}'],
    ['{"__proto__":{"x":1}}', '{"__proto__":{"x":1}}'],
    ['{"a":"\\ud800"}', '{"a":"\ufffd"}'],
    ['{"a":-0}', '{"a":0}'],
    ['[]', '[]'],
  ])('%s is stored as %s', (sent, stored) => {
    expect(isStoredAs(parseJson(sent), parseJson(stored))).toBe(true);
  });

  it.each([
    ['{"a":1}', '{"a":2}'],
    ['{"a":1}', '{"a":"1"}'],
    ['{"a":1}', '{}'],
    ['{}', '{"a":1}'],
    ['{"a":1}', '{"b":1}'],
    ['{"__proto__":1}', '{"a":1}'],
    ['{"toString":1}', '{"a":1}'],
    ['[1]', '[1,2]'],
    ['[1]', '{"0":1}'],
    ['{}', '[]'],
    ['null', '{}'],
    ['false', 'null'],
    ['"1"', '1'],
    ['0.1', '0.10000000000000002'],
  ])('%s is not stored as %s', (sent, stored) => {
    expect(isStoredAs(parseJson(sent), parseJson(stored))).toBe(false);
  });
});
