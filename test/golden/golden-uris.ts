import { readFileSync } from 'node:fs';
import type { ErrorCode } from '../../src/secrets/secret.errors.js';

interface Refused {
  readonly why: string;
  readonly input: string;
  readonly code: ErrorCode;
}

interface Accepted {
  readonly why: string;
  readonly input: string;
  readonly canonical: string;
  readonly printed: string;
  readonly scheme: string;
  readonly mount: string;
  readonly path: readonly string[];
  readonly fragment: string | null;
  readonly version: number | null;
}

interface AcceptedPrefix {
  readonly why: string;
  readonly input: string;
  readonly printed: string;
  readonly scheme: string;
  readonly mount: string;
  readonly path: readonly string[];
  readonly includesItself: boolean;
  readonly includes: readonly string[];
  readonly excludes: readonly string[];
}

interface GoldenUris {
  readonly accepted: readonly Accepted[];
  readonly refused: readonly Refused[];
  readonly prefixes: { readonly accepted: readonly AcceptedPrefix[]; readonly refused: readonly Refused[] };
}

/** The cases of `uris.json`, with long texts unrolled. */
export function readGoldenUris(): GoldenUris {
  const text = readFileSync(new URL('uris.json', import.meta.url), 'utf8');
  return JSON.parse(text, (_key, value: unknown) => unroll(value)) as GoldenUris;
}

function unroll(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('repeat' in value)) return value;
  return (value.repeat as [string, number][]).map(([piece, times]) => piece.repeat(times)).join('');
}
