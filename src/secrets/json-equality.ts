import { isSameDecimal } from './decimal.js';
import { isJsonObject, isRawNumber } from './json.js';
import type { JsonValue, RawNumber } from './json.js';

type NumberEquality = (one: number | RawNumber, other: number | RawNumber) => boolean;

/** Whether two values print as the same JSON but for the order of keys; numbers by their digits. */
export function isSameJson(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  return isSame(one, other, (some, more) => textOf(some) === textOf(more));
}

/** Whether two values are the same but for the order of keys; numbers by their value, so that `1.0` is `1`. */
export function isSameValue(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  return isSame(one, other, (some, more) => isSameDecimal(textOf(some), textOf(more)));
}

function isSame(one: JsonValue | undefined, other: JsonValue | undefined, areEqual: NumberEquality): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined) return false;
  if (isNumber(one)) return isNumber(other) && areEqual(one, other);
  if (Array.isArray(one)) {
    const isSameLength = Array.isArray(other) && one.length === other.length;
    return isSameLength && one.every((item, index) => isSame(item, other[index], areEqual));
  }
  if (!isJsonObject(one) || !isJsonObject(other)) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && isSame(one[key], other[key], areEqual))
  );
}

function isNumber(value: JsonValue): value is number | RawNumber {
  return typeof value === 'number' || isRawNumber(value);
}

function textOf(value: number | RawNumber): string {
  return isRawNumber(value) ? value.rawJSON : String(value);
}
