import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { Injectable } from '@nestjs/common';

export const CONSOLE_PAGE = 'console.html';

/** What the page loads, by the names under `/console/`. A test holds the list against the folder. */
export const CONSOLE_ASSETS = [
  'audit-client.js',
  'audit-follower.js',
  'connection-bar.js',
  'connection-words.js',
  'console.css',
  'console.js',
  'filter-bar.js',
  'hints.js',
  'icon.svg',
  'keys.js',
  'record-details.js',
  'record-filter.js',
  'record-row.js',
  'record-store.js',
  'record-table.js',
  'shown-text.js',
  'sse-parser.js',
] as const;

export type ConsoleAssetName = typeof CONSOLE_PAGE | (typeof CONSOLE_ASSETS)[number];

export interface ConsoleAsset {
  readonly text: string;
  readonly type: string;
  /** Strong entity tag (RFC 9110 8.8.3) of the content: an upgrade shows at the next load. */
  readonly etag: string;
}

const FOLDER = join(import.meta.dirname, 'page');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
};

/** The files of the console, read once: together they are smaller than one picture. */
@Injectable()
export class ConsoleAssets {
  private readonly assets: ReadonlyMap<string, ConsoleAsset>;

  /** @throws when a file is missing: the build then is not whole, and the start says so */
  constructor() {
    this.assets = new Map([CONSOLE_PAGE, ...CONSOLE_ASSETS].map((name) => [name, readAsset(name)]));
  }

  get(name: ConsoleAssetName): ConsoleAsset {
    const asset = this.assets.get(name);
    if (asset === undefined) throw new Error(`the console has no file "${name}"`);
    return asset;
  }
}

function readAsset(name: string): ConsoleAsset {
  const text = readFileSync(join(FOLDER, name), 'utf8');
  const hash = createHash('sha256').update(text).digest('base64url');
  return { text, type: TYPES[extname(name)] ?? 'application/octet-stream', etag: `"${hash}"` };
}
