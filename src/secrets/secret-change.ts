import { emptyJsonObject } from './json.js';
import type { JsonObject, JsonValue } from './json.js';
import { isSameValue } from './json-equality.js';
import { SecretError } from './secret.errors.js';
import type { Sealed } from './sealed.js';

/**
 * One change of a secret's map, as data, so that every provider applies the same meaning under its own kind of
 * isolation (a file lock, a compare-and-set). `mustExist` is what a rotation asks for: the secret, and the key;
 * `mustBeAbsent` what a copy asks for that may not overwrite; `onlyIf` what a move asks for that takes its source away.
 */
export type SecretChange =
  | { readonly kind: 'replace'; readonly values: Sealed<JsonObject>; readonly mustExist: boolean }
  | {
      readonly kind: 'set-key';
      readonly key: string;
      readonly value: Sealed<JsonValue>;
      readonly mustExist: boolean;
      readonly mustBeAbsent?: boolean;
    }
  | { readonly kind: 'remove-key'; readonly key: string; readonly onlyIf?: Sealed<JsonValue> };

/** What a change finds. `deleted`: versions exist, the latest is soft-deleted or destroyed. */
export type CurrentSecret =
  | { readonly state: 'live'; readonly values: JsonObject }
  | { readonly state: 'deleted' }
  | { readonly state: 'missing' };

/**
 * The map after the change; undefined where its last key was removed, so that the secret goes.
 * @throws SecretError SECRET_NOT_FOUND, SECRET_DELETED, FRAGMENT_NOT_FOUND, ALREADY_EXISTS, SOURCE_CHANGED
 */
export function applyChange(current: CurrentSecret, change: SecretChange): JsonObject | undefined {
  switch (change.kind) {
    case 'replace':
      if (change.mustExist) requireLive(current);
      return change.values.open();
    case 'set-key': {
      if (change.mustExist) requireKey(current, change.key);
      const values = copyOf(current.state === 'live' ? current.values : {});
      if (change.mustBeAbsent === true && Object.hasOwn(values, change.key))
        throw new SecretError('ALREADY_EXISTS');
      values[change.key] = change.value.open();
      return values;
    }
    case 'remove-key': {
      const values = copyOf(requireKey(current, change.key));
      const { onlyIf } = change;
      if (onlyIf !== undefined && !isSameValue(values[change.key], onlyIf.open()))
        throw new SecretError('SOURCE_CHANGED');
      delete values[change.key];
      return Object.keys(values).length > 0 ? values : undefined;
    }
    default:
      return change satisfies never;
  }
}

/** Whether the map is as the change would leave it, whatever it asks to find. */
export function isApplied(current: CurrentSecret, change: SecretChange): boolean {
  const values = current.state === 'live' ? current.values : undefined;
  switch (change.kind) {
    case 'replace':
      return values !== undefined && isSameValue(values, change.values.open());
    case 'set-key':
      return (
        values !== undefined &&
        Object.hasOwn(values, change.key) &&
        isSameValue(values[change.key], change.value.open())
      );
    case 'remove-key':
      return values === undefined || !Object.hasOwn(values, change.key);
    default:
      return change satisfies never;
  }
}

/** @throws SecretError SECRET_NOT_FOUND, SECRET_DELETED */
export function requireLive(current: CurrentSecret): JsonObject {
  switch (current.state) {
    case 'live':
      return current.values;
    case 'deleted':
      throw new SecretError('SECRET_DELETED');
    case 'missing':
      throw new SecretError('SECRET_NOT_FOUND');
    default:
      return current satisfies never;
  }
}

function requireKey(current: CurrentSecret, key: string): JsonObject {
  const values = requireLive(current);
  if (!Object.hasOwn(values, key)) throw new SecretError('FRAGMENT_NOT_FOUND');
  return values;
}

/** A copy in which `__proto__` is a key like others. */
function copyOf(values: JsonObject): JsonObject {
  return Object.assign(emptyJsonObject(), values);
}
