import { isExactDouble } from './decimal.js';
import { childrenOf, isJsonObject, isRawNumber } from './json.js';
import type { JsonObject, JsonValue } from './json.js';
import { SecretError } from './secret.errors.js';
import type { SecretChange } from './secret-change.js';
import type { SecretUri } from './secret-uri.js';
import { Sealed } from './sealed.js';

/** Levels of objects and arrays inside each other. */
export const MAX_VALUE_DEPTH = 32;
/** Keys of all objects of a value together. */
export const MAX_VALUE_KEYS = 1000;

/**
 * The change that a write (or, with `mustExist`, a rotation) asks for.
 * Without a fragment the value replaces the map. With one it becomes that key, and an object whose only key is the
 * fragment is unwrapped: `{"token":"x"}` for `#token` stores `"x"`.
 * @throws SecretError VALUE_TOO_COMPLEX, OBJECT_REQUIRED, NULL_VALUE, NUMBER_PRECISION, INVALID_REQUEST
 */
export function changeFor(uri: SecretUri, value: JsonValue, mustExist: boolean): SecretChange {
  checkSize(value);
  if (uri.scheme !== 'yaml') checkKeepable(value);
  if (uri.fragment === undefined) {
    if (!isJsonObject(value)) throw new SecretError('OBJECT_REQUIRED');
    return { kind: 'replace', values: new Sealed(value), mustExist };
  }
  const unwrapped = unwrap(value, uri.fragment);
  if (unwrapped === null) throw new SecretError('NULL_VALUE');
  return { kind: 'set-key', key: uri.fragment, value: new Sealed(unwrapped), mustExist };
}

/**
 * The change that puts a copy at its destination: as `changeFor`, but nothing is unwrapped, and a key may be null where it
 * was null before.
 * @param mustBeAbsent refuses a key that is there; for a whole secret that is a precondition
 * @throws SecretError VALUE_TOO_COMPLEX, NUMBER_PRECISION, INVALID_REQUEST
 */
export function copyFor(uri: SecretUri, value: JsonValue, mustBeAbsent: boolean): SecretChange {
  checkSize(value);
  if (uri.scheme !== 'yaml') checkKeepable(value);
  if (uri.fragment !== undefined) {
    return { kind: 'set-key', key: uri.fragment, value: new Sealed(value), mustExist: false, mustBeAbsent };
  }
  if (!isJsonObject(value)) throw new SecretError('OBJECT_REQUIRED');
  return { kind: 'replace', values: new Sealed(value), mustExist: false };
}

/** The value of a key, or the whole map without one. @throws SecretError FRAGMENT_NOT_FOUND */
export function valueAt(values: JsonObject, fragment: string | undefined): JsonValue {
  if (fragment === undefined) return values;
  if (!Object.hasOwn(values, fragment)) throw new SecretError('FRAGMENT_NOT_FOUND');
  return values[fragment] ?? null;
}

function unwrap(value: JsonValue, key: string): JsonValue {
  if (!isJsonObject(value) || !Object.hasOwn(value, key) || Object.keys(value).length !== 1) return value;
  return value[key] ?? null;
}

/** Level by level and not by recursion; the empty ones count as levels too. */
function checkSize(root: JsonValue): void {
  let keys = 0;
  let level = [root].filter(isContainer);
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > MAX_VALUE_DEPTH)
      throw new SecretError('VALUE_TOO_COMPLEX', `The value is deeper than ${MAX_VALUE_DEPTH} levels.`);
    for (const value of level) keys += isJsonObject(value) ? Object.keys(value).length : 0;
    if (keys > MAX_VALUE_KEYS)
      throw new SecretError('VALUE_TOO_COMPLEX', `The value has more than ${MAX_VALUE_KEYS} keys.`);
    level = level.flatMap((value) => childrenOf(value).filter(isContainer));
  }
}

function isContainer(value: JsonValue): boolean {
  return Array.isArray(value) || isJsonObject(value);
}

/**
 * KV v2 answers 200 and keeps something else: every number as a double, and a lone surrogate as U+FFFD. What would come
 * back changed is refused.
 */
function checkKeepable(root: JsonValue): void {
  const pending = [root];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (isRawNumber(value) && !isExactDouble(value.rawJSON)) throw new SecretError('NUMBER_PRECISION');
    const texts = typeof value === 'string' ? [value] : isJsonObject(value) ? Object.keys(value) : [];
    if (!texts.every((text) => text.isWellFormed())) {
      throw new SecretError(
        'INVALID_REQUEST',
        'The value holds half of a surrogate pair, which the store would change.',
      );
    }
    for (const child of childrenOf(value)) pending.push(child);
  }
}
