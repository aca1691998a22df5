import { findDurationSeconds } from './go-time.js';
import { isJsonObject, toText } from './go-json.js';
import type { Json, JsonObject } from './go-json.js';

/** A field of the wrong kind; the message is the store's text. */
export class FieldError extends Error {
  constructor(field: string, reason: string) {
    super(`error converting input for field "${field}": ${reason}`);
  }
}

const NOT_A_NUMBER = "'' cannot parse value as 'int': strconv.ParseInt: invalid syntax";
const OUT_OF_RANGE = "'' cannot parse value as 'int': strconv.ParseInt: value out of range";
const MAX_INT64 = 2n ** 63n - 1n;

/**
 * Fields of a body or a query, converted as weakly as the store does it (`"2"` is 2, `1` is true).
 * `null` counts as given, with the zero of its kind.
 */
export class CallFields {
  constructor(private readonly values: ReadonlyMap<string, Json | string[]>) {}

  static ofBody(body: JsonObject): CallFields {
    return new CallFields(new Map(Object.entries(body)));
  }

  static ofQuery(query: URLSearchParams): CallFields {
    return new CallFields(new Map([...query.keys()].map((key) => [key, oneOrAll(query.getAll(key))])));
  }

  has(field: string): boolean {
    return this.values.has(field);
  }

  names(): string[] {
    return [...this.values.keys()];
  }

  raw(field: string): Json | undefined {
    return this.values.get(field);
  }

  findInt(field: string): number | undefined {
    const value = this.values.get(field);
    return value === undefined ? undefined : toInt(field, value);
  }

  findBool(field: string): boolean | undefined {
    const value = this.values.get(field);
    if (value === undefined) return undefined;
    if (value === null || value === false || value === '') return false;
    if (typeof value === 'number') return value !== 0;
    if (value === true) return true;
    const text = typeof value === 'string' ? value : '';
    if (/^(1|t|T|TRUE|true|True)$/.test(text)) return true;
    if (/^(0|f|F|FALSE|false|False)$/.test(text)) return false;
    throw new FieldError(field, "'' cannot parse value as 'bool': strconv.ParseBool: invalid syntax");
  }

  findDuration(field: string): number | undefined {
    const value = this.values.get(field);
    if (value === undefined) return undefined;
    const seconds = value === null ? 0 : findDurationSeconds(value);
    if (seconds === undefined) throw new FieldError(field, `time: invalid duration "${toText(value)}"`);
    return seconds;
  }

  findObject(field: string): JsonObject | undefined {
    const value = this.values.get(field);
    if (value === undefined || isJsonObject(value)) return value;
    // An empty list counts as an empty map.
    if (value === null || (Array.isArray(value) && value.length === 0)) return {};
    const at = Array.isArray(value) ? '[0]' : '';
    const kind = kindOf(Array.isArray(value) ? (value[0] ?? null) : value);
    throw new FieldError(
      field,
      `'${at}' expected type 'map[string]interface {}', got unconvertible type '${kind}'`,
    );
  }

  /** `[1,2]`, `["1"]`, `"1,2"` or `1`. */
  readIntList(field: string): number[] {
    const value = this.values.get(field);
    if (value === undefined || value === null) return [];
    const items = Array.isArray(value) ? value : toText(value).split(',');
    return items.map((item, index) => toListItem(field, item, index));
  }
}

function oneOrAll(values: string[]): string | string[] {
  return values.length === 1 ? (values[0] ?? '') : values;
}

function toListItem(field: string, item: Json, index: number): number {
  try {
    return toInt(field, item);
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    const reason = NOT_A_NUMBER.replace("''", `'[${index}]'`);
    throw new FieldError(field, `decoding failed due to the following error(s):\n\n${reason}`);
  }
}

function toInt(field: string, value: Json | string[]): number {
  if (value === null || value === '') return 0;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'object') {
    const kind = Array.isArray(value) ? '[]string' : kindOf(value);
    throw new FieldError(field, `'' expected type 'int', got unconvertible type '${kind}'`);
  }
  const text = String(value);
  if (!/^[+-]?\d+$/.test(text)) throw new FieldError(field, NOT_A_NUMBER);
  const big = BigInt(text.replace(/^\+/, ''));
  if (big > MAX_INT64 || big < -MAX_INT64 - 1n) throw new FieldError(field, OUT_OF_RANGE);
  return Number(big);
}

export function kindOf(value: Json): string {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return 'json.Number';
  if (typeof value === 'boolean') return 'bool';
  return Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}';
}
