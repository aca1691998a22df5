import { resolve } from 'node:path';
import { isJsonObject, parseJson } from '../secrets/json.js';
import type { JsonObject } from '../secrets/json.js';
import type { About, Variable } from './variable.js';

/** One of the words, or nothing. */
export function optionalChoice<const T extends string>(
  choices: readonly T[],
  about: About,
): Variable<T | undefined> {
  return {
    ...about,
    type: 'one of',
    default: undefined,
    allowed: choices.join(', '),
    parse: (text) => choices.find((choice) => choice === text),
  };
}

export function folderPath(about: About): Variable<string | undefined> {
  return {
    ...about,
    type: 'path',
    default: undefined,
    allowed: 'the path of a folder',
    parse: (text) => (text.includes('\0') ? undefined : resolve(text)),
  };
}

export function jsonObject(about: About): Variable<JsonObject> {
  return {
    ...about,
    type: 'text',
    default: {},
    defaultNote: '{}',
    allowed: 'a JSON object',
    parse: (text) => {
      try {
        const value = parseJson(text);
        return isJsonObject(value) ? value : undefined;
      } catch {
        return undefined;
      }
    },
  };
}
