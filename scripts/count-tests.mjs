/**
 * Sums up the result file that Jest writes (`--json --outputFile`): how many tests ran on the real OpenBao, then one
 * last line. A suite that could not be loaded has no tests in the file and counts as one failure; so does a missing
 * file. Exit code 1 when something failed or nothing ran on the real OpenBao.
 */
import { readFileSync } from 'node:fs';
import { findBao } from './find-bao.mjs';

const result = readResult(process.argv[2]);
const suites = result.testResults;
const brokenSuites = suites.filter(
  (suite) => suite.status === 'failed' && count(suite, 'failed') === 0,
).length;
const passed = total(suites, 'passed');
const failed = total(suites, 'failed') + brokenSuites;
const skipped = total(suites, 'pending', 'todo', 'skipped', 'disabled');

const real = suites.filter((suite) => suite.name.endsWith('.openbao.spec.ts'));
const ranOnReal = findBao() === undefined ? 0 : total(real, 'passed', 'failed');
console.log(`On the real OpenBao: ${ranOnReal} tests in ${ranOnReal === 0 ? 0 : real.length} suites.`);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 || ranOnReal === 0 ? 1 : 0;

function readResult(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    console.log('The test runner left no result: this counts as one failure.');
    return { testResults: [{ name: '', status: 'failed', assertionResults: [] }] };
  }
}

function count(suite, ...statuses) {
  return suite.assertionResults.filter(({ status }) => statuses.includes(status)).length;
}

function total(counted, ...statuses) {
  return counted.reduce((sum, suite) => sum + count(suite, ...statuses), 0);
}
