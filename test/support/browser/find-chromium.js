import { execFileSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';

// JavaScript, since the reporter of the tests and the script of the pictures read it too and are not compiled.

export const NO_CHROMIUM = 'no chromium on the PATH: "apt-get install chromium" (Debian) puts one there';

/** Nothing of these makes it ask the network for anything by itself; the sandbox wants rights that containers lack. */
export const CHROMIUM_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function findChromium() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const path = folders.map((folder) => join(folder, 'chromium')).find(isProgram);
  if (path === undefined) return undefined;
  const said = execFileSync(path, ['--version'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 30_000,
  });
  const version = /\b(\d+\.\d+\.\d+\.\d+)\b/.exec(said)?.[1];
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
