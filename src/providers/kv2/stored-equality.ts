import { isJsonObject, isRawNumber } from '../../secrets/json.js';
import type { JsonValue } from '../../secrets/json.js';

/**
 * Whether the store would hold this value as that one: numbers are doubles there, keys have no order, and what is no
 * whole character (a lone surrogate) becomes U+FFFD.
 */
export function isStoredAs(sent: JsonValue | undefined, stored: JsonValue | undefined): boolean {
  if (typeof sent === 'string') return stored === sent.toWellFormed();
  if (typeof sent === 'number' || isRawNumber(sent)) return isSameNumber(sent, stored);
  if (Array.isArray(sent)) {
    const isSameLength = Array.isArray(stored) && sent.length === stored.length;
    return isSameLength && sent.every((value, index) => isStoredAs(value, stored[index]));
  }
  if (isJsonObject(sent)) {
    if (!isJsonObject(stored)) return false;
    const keys = Object.keys(sent);
    return (
      keys.length === Object.keys(stored).length &&
      keys.every((key) => isStoredAs(sent[key], ownValue(stored, key.toWellFormed())))
    );
  }
  return sent === stored;
}

function isSameNumber(sent: JsonValue, stored: JsonValue | undefined): boolean {
  if (typeof stored !== 'number' && !isRawNumber(stored)) return false;
  return asDouble(sent) === asDouble(stored);
}

function asDouble(value: JsonValue): number {
  return isRawNumber(value) ? Number(value.rawJSON) : Number(value);
}

function ownValue(object: { [key: string]: JsonValue }, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
