import { resolve } from 'node:path';
import type { About, Variable } from './variable.js';

/** Not set: there is no such file. */
export function optionalFilePath(about: About): Variable<string | undefined> {
  return {
    ...about,
    type: 'path',
    default: undefined,
    allowed: 'the path of a file',
    parse: (text) => (text.includes('\0') || text.endsWith('/') ? undefined : resolve(text)),
  };
}
