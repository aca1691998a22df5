/**
 * JSON as the store's Go code reads and prints it. Observed on OpenBao 2.7.2: numbers become doubles, a body may hold
 * 1,000 strings (keys included) and 10,000 levels, and lone surrogates come back as U+FFFD.
 */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

const MAX_STRINGS = 1_000;
const MAX_DEPTH = 10_000;

/** A body the store answers with 400; the message is the store's text. */
export class GoJsonError extends Error {}

/** @throws GoJsonError with the text of the store's answer */
export function parseGoJson(text: string): Json {
  checkLimits(text);
  try {
    return JSON.parse(text) as Json;
  } catch {
    // The store names the character; which one is no habit that anybody relies on.
    throw new GoJsonError('failed to decode JSON input: invalid character looking for beginning of value');
  }
}

/** One pass over strings, brackets and numbers; whether it is JSON at all is for JSON.parse to say. */
function checkLimits(text: string): void {
  let strings = 0;
  let depth = 0;
  const nextToken = /["[{\]}]|-?\d[\d.eE+-]*/g;
  for (let match = nextToken.exec(text); match !== null; match = nextToken.exec(text)) {
    const [token] = match;
    if (token === '"') {
      strings += 1;
      nextToken.lastIndex = findEndOfString(text, nextToken.lastIndex);
    } else if (token === '[' || token === '{') depth += 1;
    else if (token === ']' || token === '}') depth -= 1;
    else if (Math.abs(Number(token)) === Infinity) throw new GoJsonError(tooLarge(token));
    if (strings > MAX_STRINGS) {
      throw new GoJsonError('refused JSON input due to high complexity: exceeded maximum number of strings');
    }
    if (depth > MAX_DEPTH) throw new GoJsonError('failed to decode JSON input: exceeded max depth');
  }
}

/** The place after the closing quote; a string of 30 MB is too much for one regular expression. */
function findEndOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
  }
  return text.length;
}

function tooLarge(number: string): string {
  return `failed to decode JSON input: json: cannot unmarshal number ${number} into Go value of type float64`;
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Keys in the order of their bytes, no spaces, the characters of HTML escaped. */
export function printGoJson(value: Json): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'string') return printString(value);
  if (Array.isArray(value)) return `[${value.map(printGoJson).join(',')}]`;
  if (!isJsonObject(value)) return String(value);
  const entries = sortByBytes(Object.keys(value)).map(
    (key) => `${printString(key)}:${printGoJson(value[key] ?? null)}`,
  );
  return `{${entries.join(',')}}`;
}

/** A value where the store expects text: text as it is, anything else as it prints. */
export function toText(value: Json | undefined): string {
  return typeof value === 'string' ? value : printGoJson(value ?? null);
}

export function sortByBytes(keys: Iterable<string>): string[] {
  return [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

function printString(text: string): string {
  return JSON.stringify(text.toWellFormed()).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** RFC 7396 on objects. `null` takes a key away, also inside a new object. */
export function mergePatch(target: JsonObject, patch: JsonObject): JsonObject {
  const merged = new Map(Object.entries(target));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else if (isJsonObject(value)) {
      const existing = merged.get(key);
      merged.set(key, mergePatch(isJsonObject(existing) ? existing : {}, value));
    } else merged.set(key, value);
  }
  return Object.fromEntries(merged);
}
