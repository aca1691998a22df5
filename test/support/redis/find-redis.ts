import { execFileSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface RedisBinary {
  path: string;
  /** For example `7.0.15`. */
  version: string;
}

/** What a suite says when it is left out. */
export const NO_REDIS = 'no redis-server on the PATH: "apt-get install redis-server" (Debian) puts one there';

/** The real Redis of this machine. @throws when the binary does not tell its version */
export function findRedis(): RedisBinary | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const path = folders.map((folder) => join(folder, 'redis-server')).find(isProgram);
  if (path === undefined) return undefined;
  const said = execFileSync(path, ['--version'], { encoding: 'utf8', timeout: 30_000 });
  const version = /\bv=(\d+\.\d+\.\d+)/.exec(said)?.[1];
  if (version === undefined) throw new Error(`"${path} --version" names no version`);
  return { path, version };
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false; // not there, or not ours to run: the next place is looked at
  }
}
