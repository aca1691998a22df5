import { relative } from 'node:path';
import process from 'node:process';
import { findBao, readBaoVersion } from '../../scripts/find-bao.mjs';
import { findKafka } from '../../scripts/find-kafka.mjs';
import { findChromium } from './browser/find-chromium.js';
import { findPromtool } from './promtool/find-promtool.js';
import { findRedis } from './redis/find-redis.js';

/** Where a suite ran is told by its file's name; a real part that comes later adds its line here. */
const PARTS = [
  { name: 'real OpenBao', file: /\.openbao\.spec\.ts$/, version: findOpenbaoVersion },
  { name: 'real Redis', file: /\.redis\.spec\.ts$/, version: () => findRedis()?.version },
  { name: 'real Kafka', file: /\.kafka\.spec\.ts$/, version: () => findKafka()?.version },
  { name: 'real gateways', file: /\.gateway\.spec\.ts$/ },
  { name: 'real promtool', file: /\.promtool\.spec\.ts$/, version: () => findPromtool()?.version },
  { name: 'real Chromium', file: /\.browser\.spec\.ts$/, version: () => findChromium()?.version },
  { name: 'KV v2 test server', file: /[.-]test-server\.spec\.ts$/ },
];
/** A suite whose real part is missing has this one case in its place. */
const LEFT_OUT = /^is left out: (.*)$/s;

/**
 * The last lines of a test run: which suites ran on real parts and which on the test server, what was left out and
 * why, and one line `N passed, M failed` from the runner's own result. A suite that could not be run counts as failed.
 */
export default class RealPartsReporter {
  /** @param {unknown} _globalConfig @param {{ write?: (text: string) => void }} [options] */
  constructor(_globalConfig, options = {}) {
    this.write = options.write ?? writeLast;
  }

  /** @param {unknown} _contexts @param {import('@jest/reporters').AggregatedResult} results */
  onRunComplete(_contexts, results) {
    const suites = results.testResults.map(describeSuite);
    const lines = ['', ...PARTS.flatMap((part) => describePart(part, suites)), ...describeLeftOut(suites)];
    this.write(`${[...lines, describeTotal(results)].join('\n')}\n`);
  }
}

/** Jest puts its own summary behind every other reporter, wherever that is listed. */
function writeLast(text) {
  process.once('exit', () => process.stdout.write(text));
}

function describeSuite({ testFilePath, testResults }) {
  const leftOut = testResults.flatMap(({ title, ancestorTitles }) => {
    const reason = LEFT_OUT.exec(title)?.[1];
    return reason === undefined ? [] : [`${ancestorTitles.join(' > ')}: ${reason}`];
  });
  const ran = testResults.filter(({ title, status }) => !LEFT_OUT.test(title) && hasRun(status));
  const failed = ran.filter(({ status }) => status === 'failed').length;
  return { file: relative(process.cwd(), testFilePath), cases: ran.length, failed, leftOut };
}

function hasRun(status) {
  return status === 'passed' || status === 'failed';
}

function describePart({ name, file, version }, suites) {
  const meant = suites.filter((suite) => file.test(suite.file) && suite.cases > 0);
  if (meant.length === 0) return [`Ran on the ${name}: nothing`];
  const cases = meant.reduce((sum, suite) => sum + suite.cases, 0);
  const head = [`Ran on the ${name}`, version?.()].filter((part) => part !== undefined).join(' ');
  return [`${head}: ${cases} cases in ${meant.length} suites`, ...meant.map(describeOne)];
}

function describeOne({ file, cases, failed }) {
  return `  ${file}: ${cases}${failed > 0 ? ` (${failed} failed)` : ''}`;
}

function describeLeftOut(suites) {
  return suites.flatMap(({ leftOut }) => leftOut).map((what) => `LEFT OUT: ${what}`);
}

function describeTotal(results) {
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  const skipped = results.numPendingTests + results.numTodoTests;
  const tail = skipped > 0 ? `, ${skipped} skipped` : '';
  return `${results.numPassedTests} passed, ${failed} failed${tail}`;
}

function findOpenbaoVersion() {
  const bao = findBao();
  return bao && `${readBaoVersion(bao.path)} (${bao.source})`;
}
