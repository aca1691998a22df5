/**
 * Everything about the repository that a machine can judge without running it. All steps run, so that one go
 * shows every fault; the exit code is 1 when one of them failed.
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** The linter of the OpenAPI document would ask its maker for updates and tell it how it is used. */
const ENVIRONMENT = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };

const STEPS = [
  ['format', 'prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
  ['lint', 'eslint/bin/eslint.js', '--max-warnings', '0', '.'],
  ['types', 'typescript/bin/tsc', '--noEmit'],
  ['page-types', 'typescript/bin/tsc', '-p', 'src/console/page'],
  ['imports', 'dependency-cruiser/bin/dependency-cruise.mjs', '--config', '.dependency-cruiser.js', 'src'],
  ['build', '../scripts/build-if-needed.mjs'],
  ['pages', '../scripts/generate-docs.mjs', '--check'],
  ['openapi', '../scripts/write-openapi.mjs', '--check'],
  ['openapi-lint', '@redocly/cli/bin/cli.js', 'lint', 'docs/openapi.json'],
];

const failed = STEPS.filter(([name, script, ...args]) => !succeeds(name, script, args)).map(([name]) => name);
console.log(failed.length === 0 ? 'check: everything is in order' : `check: failed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;

function succeeds(name, script, args) {
  const begunMs = performance.now();
  const path = join(ROOT, 'node_modules', script);
  const { status } = spawnSync(process.execPath, [path, ...args], {
    cwd: ROOT,
    stdio: 'inherit',
    env: ENVIRONMENT,
  });
  const seconds = ((performance.now() - begunMs) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
  return status === 0;
}
