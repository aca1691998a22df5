import { numberFromText } from '../../secrets/json.js';
import type { RawNumber } from '../../secrets/json.js';

/** Numbers of the core schema, YAML 1.2.2 section 10.3.2, without those that JSON cannot say. */
export const YAML_NUMBER =
  /^(?:0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)$/;

/** Infinity and not-a-number of the core schema. */
export const NOT_A_JSON_NUMBER = /^(?:[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN)$/;

/**
 * The JSON number of exactly the same value, digit for digit where JSON has the spelling: `1.50` stays, `0x1F`
 * becomes 31, `+.5` becomes 0.5, `007` becomes 7.
 * @param source matches YAML_NUMBER
 */
export function numberFromYaml(source: string): number | RawNumber {
  if (/^0[ox]/.test(source)) return numberFromText(BigInt(source).toString());
  const [, sign, whole = '', fraction = '', exponent = ''] =
    /^([-+]?)([0-9]*)(?:\.([0-9]*))?(.*)$/.exec(source) ?? [];
  const digits = whole.replace(/^0+(?=.)/, '') || '0';
  return numberFromText(
    (sign === '-' ? '-' : '') + digits + (fraction === '' ? '' : `.${fraction}`) + exponent,
  );
}
