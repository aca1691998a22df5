/**
 * `npm run test:faults`: the fault histories of `test/faults/` with 50,000 operations where `npm test` has a thousand.
 * FAULT_OPERATIONS and FAULT_SEED change and repeat a run; more parameters go to the test runner, such as
 * `npm run test:faults -- fault-run.openbao`. The exit code is 0 where every history was right.
 */
import { spawnSync } from 'node:child_process';

const filters = process.argv.slice(2);
const { status } = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--no-warnings',
    'node_modules/jest/bin/jest.js',
    '--runInBand',
    ...(filters.some((filter) => !filter.startsWith('-')) ? filters : ['test/faults', ...filters]),
  ],
  {
    cwd: new URL('..', import.meta.url),
    stdio: 'inherit',
    env: { FAULT_OPERATIONS: '50000', ...process.env },
  },
);
process.exitCode = status ?? 1;
