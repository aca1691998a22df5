import { SecretError } from './secret.errors.js';

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

/** Levels that `parseJson` takes: sixteen times what a value may have, few enough for every recursion further on. */
export const MAX_JSON_DEPTH = 512;

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

/**
 * Parses JSON text and keeps every number digit for digit.
 * @throws SyntaxError on malformed text; its message quotes the text and is not for others to read
 * @throws SecretError VALUE_TOO_COMPLEX where arrays and objects stand deeper inside each other than MAX_JSON_DEPTH
 */
export function parseJson(text: string): JsonValue {
  // A reviver recurses: 5,000 levels end its stack, and JSON.stringify's.
  if (measure(text).depth > MAX_JSON_DEPTH) {
    throw new SecretError('VALUE_TOO_COMPLEX', `The JSON is deeper than ${MAX_JSON_DEPTH} levels.`);
  }
  if (!MAY_LOSE_DIGITS.test(text)) return JSON.parse(text) as JsonValue;
  return json.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined ? numberFromText(source) : value,
  ) as JsonValue;
}

/**
 * Whether an object in the text names a key twice; RFC 8259 section 4 leaves open which of the two counts.
 * @param parsed what `parseJson` made of the text: it holds fewer members than were written where one was lost
 */
export function hasDuplicateKeys(text: string, parsed: JsonValue): boolean {
  return measure(text).members > countMembers(parsed);
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawNumber(value);
}

/** An object whose keys may be any string, `__proto__` too. */
export function emptyJsonObject(): JsonObject {
  return Object.create(null) as JsonObject;
}

/** Values directly inside an array or object; none for anything else. */
export function childrenOf(value: JsonValue): readonly JsonValue[] {
  if (Array.isArray(value)) return value;
  return isJsonObject(value) ? Object.values(value) : [];
}

/** Depth and members of all objects (one colon outside strings each), by one pass that needs no stack. */
function measure(text: string): { depth: number; members: number } {
  let depth = 0;
  let open = 0;
  let members = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at);
    else if (character === ':') members += 1;
    else if (character === '[' || character === '{') depth = Math.max(depth, (open += 1));
    else if (character === ']' || character === '}') open -= 1;
  }
  return { depth, members };
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

function countMembers(root: JsonValue): number {
  let count = 0;
  const pending = [root];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (isJsonObject(value)) count += Object.keys(value).length;
    for (const child of childrenOf(value)) pending.push(child);
  }
  return count;
}
