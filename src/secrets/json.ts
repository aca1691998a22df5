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

interface RawJsonAccess {
  rawJSON(text: string): RawNumber;
  isRawJSON(value: unknown): boolean;
}
const json = JSON as unknown as RawJsonAccess;
const MALFORMED = 'The text is not well-formed JSON.';
/** A number, true, false or null. */
const WORD = /[-+.\w]*/y;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** What a string cannot hold as it is: control characters, which are malformed, and escapes. */
const NOT_PLAIN = /[^\u0020-\u005b\u005d-\uffff]/;

/** Levels that `parseJson` takes: sixteen times what a value may have, few enough for every recursion further on. */
export const MAX_JSON_DEPTH = 512;

export function isRawNumber(value: unknown): value is RawNumber {
  return json.isRawJSON(value);
}

/** A JSON number by its text: a plain number where that prints the same text, else the text itself. */
export function numberFromText(text: string): number | RawNumber {
  const value = Number(text);
  return String(value) === text ? value : json.rawJSON(text);
}

/**
 * Parses JSON text (RFC 8259), keeps every number digit for digit, and every key.
 * Not by JSON.parse: in the V8 of Node 24 it takes an escaped key for another one that it met before, so that `"\n"`
 * comes out as `"\\"` once some caller has sent that (https://github.com/nodejs/node/issues/63785).
 * @throws SyntaxError on malformed text; the message does not quote it
 * @throws SecretError VALUE_TOO_COMPLEX where arrays and objects stand deeper inside each other than MAX_JSON_DEPTH
 */
export function parseJson(text: string): JsonValue {
  return new JsonReader(text).read();
}

/**
 * Whether an object in the text names a key twice; RFC 8259 section 4 leaves open which of the two counts.
 * @param parsed what `parseJson` made of the text: it holds fewer members than were written where one was lost
 */
export function hasDuplicateKeys(text: string, parsed: JsonValue): boolean {
  return countWrittenMembers(text) > countMembers(parsed);
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

/** One pass over one text, by RFC 8259. */
class JsonReader {
  #at = 0;

  constructor(private readonly text: string) {}

  read(): JsonValue {
    const value = this.#readValue(0);
    this.#expect(this.#peek() === undefined);
    return value;
  }

  #readValue(depth: number): JsonValue {
    if (depth > MAX_JSON_DEPTH)
      throw new SecretError('VALUE_TOO_COMPLEX', `The JSON is deeper than ${MAX_JSON_DEPTH} levels.`);
    switch (this.#peek()) {
      case '{':
        return this.#readObject(depth);
      case '[':
        return this.#readArray(depth);
      case '"':
        return this.#readString();
      default:
        return this.#readNumberOrWord();
    }
  }

  #readObject(depth: number): JsonObject {
    const object: JsonObject = {};
    this.#readItems('}', () => {
      this.#expect(this.#peek() === '"');
      const key = this.#readString();
      this.#expect(this.#take(':'));
      setMember(object, key, this.#readValue(depth + 1));
    });
    return object;
  }

  #readArray(depth: number): JsonValue[] {
    const array: JsonValue[] = [];
    this.#readItems(']', () => array.push(this.#readValue(depth + 1)));
    return array;
  }

  #readItems(end: string, readItem: () => void): void {
    this.#at += 1;
    if (this.#take(end)) return;
    do readItem();
    while (this.#take(','));
    this.#expect(this.#take(end));
  }

  #readString(): string {
    const start = this.#at;
    const quote = this.text.indexOf('"', start + 1);
    const plain = this.text.slice(start + 1, quote);
    if (quote !== -1 && !NOT_PLAIN.test(plain)) {
      this.#at = quote + 1;
      return plain;
    }
    // Escapes are JSON.parse's to read: for a text without keys it can be relied on.
    this.#at = endOfString(this.text, start) + 1;
    return this.#parseNatively(this.text.slice(start, this.#at)) as string;
  }

  #readNumberOrWord(): JsonValue {
    WORD.lastIndex = this.#at;
    const [word = ''] = WORD.exec(this.text) ?? [];
    this.#at += word.length;
    return NUMBER.test(word) ? numberFromText(word) : this.#parseNatively(word);
  }

  #parseNatively(scalar: string): JsonValue {
    try {
      return JSON.parse(scalar) as JsonValue;
    } catch {
      // Its own message would quote the text.
      throw new SyntaxError(MALFORMED);
    }
  }

  #peek(): string | undefined {
    while (isWhitespace(this.text[this.#at])) this.#at += 1;
    return this.text[this.#at];
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at += 1;
    return true;
  }

  #expect(condition: boolean): void {
    if (!condition) throw new SyntaxError(MALFORMED);
  }
}

function isWhitespace(character: string | undefined): boolean {
  return character === ' ' || character === '\n' || character === '\r' || character === '\t';
}

function setMember(object: JsonObject, key: string, value: JsonValue): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}

/** Where the quote stands that closes the string, or behind the text where none does. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

/** Members of all objects, as they are written: one colon outside strings each. */
function countWrittenMembers(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '"') at = endOfString(text, at);
    else if (text[at] === ':') count += 1;
  }
  return count;
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
