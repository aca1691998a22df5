import { isJsonObject } from './json.js';
import type { JsonValue } from './json.js';

/** One text for what is the same JSON: members in the order of their names, numbers by their digits. */
export function printCanonically(value: JsonValue): string {
  return JSON.stringify(inOrder(value));
}

/** As lists, since an object would put keys that look like numbers first; a mark tells those of objects from others. */
function inOrder(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return ['array', ...value.map(inOrder)];
  if (!isJsonObject(value)) return value;
  const names = Object.keys(value).sort();
  return ['object', ...names.flatMap((name) => [name, inOrder(value[name] ?? null)])];
}
