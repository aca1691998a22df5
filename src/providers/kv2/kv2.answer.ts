import { isJsonObject, parseJson } from '../../secrets/json.js';
import type { JsonObject, JsonValue } from '../../secrets/json.js';
import type { RawAnswer } from './http-exchange.js';

/** What the store said, whatever the status. */
export interface Kv2Answer {
  readonly status: number;
  /** `malformed`: a body that is not one JSON object, such as the page of a proxy. */
  readonly form: 'object' | 'empty' | 'malformed';
  /** Empty unless `form` is `object`. */
  readonly body: JsonObject;
  /** Texts of the store, for comparing only: they name paths and never leave the provider. */
  readonly errors: readonly string[];
  readonly retryAfterSeconds: number | undefined;
  /** The store's clock, in whole seconds cut off; milliseconds since 1970. */
  readonly dateMs: number | undefined;
}

export function readAnswer({ status, headers, text }: RawAnswer): Kv2Answer {
  const parsed = text.trim() === '' ? undefined : tryParse(text);
  const body = isJsonObject(parsed) ? parsed : {};
  return {
    status,
    form: isJsonObject(parsed) ? 'object' : text.trim() === '' ? 'empty' : 'malformed',
    body,
    errors: Array.isArray(body.errors) ? body.errors.filter((entry) => typeof entry === 'string') : [],
    retryAfterSeconds: positiveInteger(headers['retry-after']),
    dateMs: headers.date === undefined ? undefined : Date.parse(headers.date),
  };
}

export function says(answer: Kv2Answer, pattern: RegExp): boolean {
  return answer.errors.some((text) => pattern.test(text));
}

/** The object at these keys, one below the other; undefined where there is none. */
export function findObject(value: JsonValue | undefined, ...keys: string[]): JsonObject | undefined {
  const found = keys.reduce<JsonValue | undefined>(
    (outer, key) => (isJsonObject(outer) && Object.hasOwn(outer, key) ? outer[key] : undefined),
    value,
  );
  return isJsonObject(found) ? found : undefined;
}

function tryParse(text: string): JsonValue | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function positiveInteger(header: string | undefined): number | undefined {
  return header !== undefined && /^[1-9]\d{0,5}$/.test(header) ? Number(header) : undefined;
}
