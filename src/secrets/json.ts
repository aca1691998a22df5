/**
 * JSON whose numbers keep their digits. A number that a double would print differently is held as the raw
 * JSON text that Node makes with `JSON.rawJSON`; `JSON.stringify` prints it back as it came.
 */
export type JsonValue = null | boolean | number | string | RawNumber | JsonValue[] | JsonObject;
export interface JsonObject {
  [key: string]: JsonValue;
}

/** The frozen, prototype-free object that `JSON.rawJSON` makes; `rawJSON` holds the digits. */
export interface RawNumber {
  readonly rawJSON: string;
}

interface SourceTextAccess {
  rawJSON(text: string): RawNumber;
  isRawJSON(value: unknown): boolean;
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown;
}
const json = JSON as unknown as SourceTextAccess;

/** Digits, fractions and exponents long enough that a double might print them differently. */
const MAY_LOSE_DIGITS = /\d{16}|\d[.eE]|-0/;

export function isRawNumber(value: unknown): value is RawNumber {
  return json.isRawJSON(value);
}

/** A JSON number by its text: a plain number where that prints the same text, else the text itself. */
export function numberFromText(text: string): number | RawNumber {
  const value = Number(text);
  return String(value) === text ? value : json.rawJSON(text);
}

/** Parses JSON text and keeps every number digit for digit. @throws SyntaxError on malformed text. */
export function parseJson(text: string): JsonValue {
  if (!MAY_LOSE_DIGITS.test(text)) return JSON.parse(text) as JsonValue;
  return json.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined ? numberFromText(source) : value,
  ) as JsonValue;
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawNumber(value);
}

/** An object whose keys may be any string, `__proto__` too. */
export function emptyJsonObject(): JsonObject {
  return Object.create(null) as JsonObject;
}
export function hasDuplicateKeys(_t: string, _p: JsonValue): boolean { return false; }
