/**
 * Sends 20,000 malformed and odd requests, made of docs/openapi.json (`npm test` sends 3,000).
 * MALFORMED_REQUESTS and MALFORMED_SEED choose others; without a seed it is a new one each time, and printed.
 */
import { spawnSync } from 'node:child_process';

const { MALFORMED_REQUESTS = '20000', MALFORMED_SEED = String(Date.now() % 2 ** 31) } = process.env;
const { status } = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--no-warnings',
    'node_modules/jest/bin/jest.js',
    'test/openapi/malformed',
    ...process.argv.slice(2),
  ],
  {
    cwd: new URL('..', import.meta.url),
    stdio: 'inherit',
    env: { ...process.env, MALFORMED_REQUESTS, MALFORMED_SEED },
  },
);
process.exitCode = status ?? 1;
