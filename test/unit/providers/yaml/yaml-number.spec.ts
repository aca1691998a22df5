import * as fc from 'fast-check';
import {
  NOT_A_JSON_NUMBER,
  YAML_NUMBER,
  numberFromYaml,
} from '../../../../src/providers/yaml/yaml-number.js';

const print = (source: string) => JSON.stringify(numberFromYaml(source));

describe('numbers of the YAML file', () => {
  it.each([
    '0',
    '-0',
    '12',
    '1.50',
    '0.10',
    '1e3',
    '1E-400',
    '9007199254740993',
    '-1.0e+10',
    '123456789012345678901',
  ])('keeps %s digit for digit', (source) => expect(print(source)).toBe(source));

  it.each([
    ['0x1F', '31'],
    ['0x20000000000001', '9007199254740993'],
    ['0xffffffffffffffffffffffffffffffff', '340282366920938463463374607431768211455'],
    ['0o17', '15'],
    ['+12', '12'],
    ['+1.5', '1.5'],
    ['.5', '0.5'],
    ['-.5', '-0.5'],
    ['1.', '1'],
    ['-1.e3', '-1e3'],
    ['007', '7'],
    ['-007.50', '-7.50'],
    ['00', '0'],
    ['000.5', '0.5'],
  ])('says %s as the JSON number %s', (source, json) => expect(print(source)).toBe(json));

  it.each(['', '-', '.', '1_000', '0b1', '0x', '-0x1', '1e', 'e1', '1.2.3', '12a', ' 1', '0o8', '٣'])(
    'takes %j for no number',
    (source) => expect(YAML_NUMBER.test(source)).toBe(false),
  );

  it.each(['.inf', '-.INF', '+.Inf', '.nan', '.NaN'])('knows that JSON has no %s', (source) => {
    expect(YAML_NUMBER.test(source)).toBe(false);
    expect(NOT_A_JSON_NUMBER.test(source)).toBe(true);
  });

  it('gives every JSON number back as it is spelt', () => {
    const digits = fc.stringMatching(/^-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,4})?$/);
    fc.assert(
      fc.property(digits, (source) => {
        expect(YAML_NUMBER.test(source)).toBe(true);
        expect(print(source)).toBe(source);
      }),
    );
  });
});
