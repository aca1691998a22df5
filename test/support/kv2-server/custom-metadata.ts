import { kindOf } from './call-fields.js';
import { printGoJson } from './go-json.js';
import type { Json, JsonObject } from './go-json.js';
import { isPrintable } from './request-path.js';

const MAX_KEYS = 64;
const MAX_KEY_BYTES = 128;
const MAX_VALUE_BYTES = 512;
const PREFIX = 'custom_metadata validation failed';

export class CustomMetadataError extends Error {}

type CustomMetadata = Record<string, string>;

export interface CustomMetadataPatch {
  applyTo(existing: CustomMetadata): CustomMetadata;
  /** The store's 500 for a patch whose value is not a string: it validates it, and then cannot store it. */
  unpatchable: string | undefined;
}

/** Values that are numbers or booleans become text (`true` is `1`), `null` becomes `''`, which is refused. */
export function parseCustomMetadata(raw: JsonObject): CustomMetadata | CustomMetadataError {
  const parsed: [string, string][] = [];
  for (const [key, value] of Object.entries(raw)) {
    if (typeof value === 'object' && value !== null) {
      return new CustomMetadataError(
        `${PREFIX}: '' expected type 'string', got unconvertible type '${kindOf(value)}'`,
      );
    }
    parsed.push([key, toText(value)]);
  }
  const faults = parsed.length > MAX_KEYS ? [tooManyKeys(parsed.length)] : parsed.flatMap(findFaults);
  if (faults.length > 0) return new CustomMetadataError(printFaults(faults));
  return Object.fromEntries(parsed);
}

/** `null` takes a key away. The limit of 64 keys is looked at for the patch, not for the result. */
export function readPatchOfCustomMetadata(raw: JsonObject): CustomMetadataPatch | CustomMetadataError {
  const entries = Object.entries(raw);
  const given = Object.fromEntries(entries.filter(([, value]) => value !== null));
  const parsed = parseCustomMetadata(given);
  if (parsed instanceof CustomMetadataError) return parsed;
  const wrong = Object.entries(given).find(([, value]) => typeof value !== 'string');
  return {
    unpatchable: wrong && cannotUnmarshal(...wrong),
    applyTo: (existing) => {
      const merged = new Map([...Object.entries(existing), ...Object.entries(parsed)]);
      for (const [key, value] of entries) if (value === null) merged.delete(key);
      return Object.fromEntries(merged);
    },
  };
}

function toText(value: Exclude<Json, JsonObject | Json[]>): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? '1' : '0';
  return typeof value === 'number' ? printGoJson(value) : value;
}

function findFaults([key, value]: [string, string]): string[] {
  const quoted = JSON.stringify(key);
  const keyBytes = Buffer.byteLength(key);
  const valueBytes = Buffer.byteLength(value);
  return [
    keyBytes === 0 || keyBytes > MAX_KEY_BYTES
      ? `length of key ${quoted} is ${keyBytes} but must be 0 < len(key) <= ${MAX_KEY_BYTES}`
      : '',
    valueBytes === 0 || valueBytes > MAX_VALUE_BYTES
      ? `length of value for key ${quoted} is ${valueBytes} but must be 0 < len(value) <= ${MAX_VALUE_BYTES}`
      : '',
    isPrintable(key) ? '' : `key ${quoted} (${key}) contains unprintable characters`,
    isPrintable(value) ? '' : `value for key ${quoted} contains unprintable characters`,
  ].filter((fault) => fault !== '');
}

function tooManyKeys(count: number): string {
  return `payload must contain at most ${MAX_KEYS} keys, provided ${count}`;
}

function printFaults(faults: string[]): string {
  const head = faults.length === 1 ? '1 error occurred:' : `${faults.length} errors occurred:`;
  return `${head}\n${faults.map((fault) => `\t* ${PREFIX}: ${fault}\n`).join('')}\n`;
}

function cannotUnmarshal(key: string, value: Json): string {
  const kind = typeof value === 'number' ? 'number' : 'bool';
  return `json: cannot unmarshal ${kind} into Go struct field .custom_metadata.${key} of type string`;
}
