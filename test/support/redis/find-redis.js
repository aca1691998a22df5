import { execFileSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';

// JavaScript, since the reporter of the tests reads it too and is not compiled.

export const NO_REDIS = 'no redis-server on the PATH: "apt-get install redis-server" (Debian) puts one there';

export function findRedis() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const path = folders.map((folder) => join(folder, 'redis-server')).find(isProgram);
  if (path === undefined) return undefined;
  const said = execFileSync(path, ['--version'], { encoding: 'utf8', timeout: 30_000 });
  const version = /\bv=(\d+\.\d+\.\d+)/.exec(said)?.[1];
  if (version === undefined) throw new Error(`"${path} --version" names no version`);
  return { path, version };
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false; // not there, or not ours to run: the next place is looked at
  }
}
