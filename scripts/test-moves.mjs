/** Cuts 300 moves (or `MOVE_CUTS`) on each store that is there, and prints what was left; `MOVE_SEED` repeats a run. */
import { spawnSync } from 'node:child_process';

const { status } = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--no-warnings',
    'node_modules/jest/bin/jest.js',
    '-w',
    '1',
    'test/durability/move-cuts',
    ...process.argv.slice(2),
  ],
  {
    cwd: new URL('..', import.meta.url),
    env: { MOVE_CUTS: '300', ...process.env },
    stdio: 'inherit',
  },
);
process.exitCode = status ?? 1;
