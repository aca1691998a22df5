import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import process from 'node:process';

// JavaScript, since the reporter of the tests reads it too and is not compiled.

export const NO_CERBOS =
  'no Cerbos: the optional package @cerbos/cerbos-linux-x64 brings it (Linux x64), or CERBOS_BIN names one';

export function findCerbos() {
  const path = findPath();
  return path === undefined ? undefined : { path, version: readVersion(path) };
}

function findPath() {
  const { CERBOS_BIN: named } = process.env;
  if (named !== undefined && named !== '') return named;
  try {
    // The package's main file is the binary.
    const path = createRequire(import.meta.url).resolve('@cerbos/cerbos-linux-x64');
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    return undefined; // another platform, or installed without optional dependencies
  }
}

function readVersion(path) {
  const said = execFileSync(path, ['--version'], { encoding: 'utf8', timeout: 30_000 });
  const version = /\b(\d+\.\d+\.\d+)\b/.exec(said)?.[1];
  if (version === undefined) throw new Error(`"${path} --version" names no version`);
  return version;
}
