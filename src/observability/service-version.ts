import { readFileSync } from 'node:fs';

/** As package.json says it: two folders up from `src` as from `dist`. */
export function readServiceVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
