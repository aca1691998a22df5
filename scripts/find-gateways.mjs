import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that `npm run gateways:install` fills; ignored by git. */
export const GATEWAYS_HOME = fileURLToPath(new URL('../.gateways', import.meta.url));

/** Where the Python packages have their binaries; the others come from the system. */
const IN_VENV = {
  envoy: ['site-packages', 'envoy', '_bin', 'envoy'],
  traefik: ['..', '..', 'bin', 'traefik'],
};
/** Debian keeps servers where only root looks. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/usr/local/sbin'];

/**
 * Where the binary of a gateway is: `.gateways/` of this repository first, then the PATH.
 * @param {'nginx' | 'haproxy' | 'envoy' | 'traefik'} name
 * @returns {string | undefined}
 */
export function findGateway(name) {
  const libraries = join(GATEWAYS_HOME, 'venv', 'lib');
  const pythons = existsSync(libraries) ? readdirSync(libraries) : [];
  const installed = IN_VENV[name] ? pythons.map((python) => join(libraries, python, ...IN_VENV[name])) : [];
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...installed, ...[...folders, ...SYSTEM_FOLDERS].map((folder) => join(folder, name))].find(
    isProgram,
  );
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false; // not there, or not ours to run: the next place is looked at
  }
}
