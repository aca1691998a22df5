/** Runs the suites that need the real OpenBao (`*.openbao.spec.ts`), and fails where there is no binary to run. */
import { spawnSync } from 'node:child_process';
import { findBao } from './find-bao.mjs';

const bao = findBao();
if (bao === undefined) {
  console.error('No OpenBao binary in .bao/, in BAO_BIN or on the PATH. "npm run bao:install" brings one.');
  process.exit(1);
}
console.error(`OpenBao: ${bao.path} (found by ${bao.source})`);
const { status } = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--no-warnings',
    'node_modules/jest/bin/jest.js',
    '--testPathPatterns',
    String.raw`\.openbao\.spec\.ts$`,
    ...process.argv.slice(2),
  ],
  { cwd: new URL('..', import.meta.url), stdio: 'inherit' },
);
process.exitCode = status ?? 1;
