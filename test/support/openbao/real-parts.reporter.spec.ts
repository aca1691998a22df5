import RealPartsReporter from '../real-parts.reporter.js';
import type { RunResults } from '../real-parts.reporter.js';

const report = (results: Partial<RunResults>): string[] => {
  let printed = '';
  const reporter = new RealPartsReporter(undefined, { write: (text) => (printed += text) });
  const none = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 };
  reporter.onRunComplete([], { testResults: [], numRuntimeErrorTestSuites: 0, ...none, ...results });
  return printed.trimEnd().split('\n').slice(1);
};
const cases = (count: number, status = 'passed') =>
  Array.from({ length: count }, (_, index) => ({
    title: `case ${index}`,
    ancestorTitles: ['suite'],
    status,
  }));
const suite = (file: string, testResults: RunResults['testResults'][number]['testResults']) => ({
  testFilePath: `${process.cwd()}/test/${file}`,
  testResults,
});

describe('the last lines of a test run', () => {
  it('say how many cases ran on which part', () => {
    const lines = report({
      testResults: [
        suite('a.openbao.spec.ts', [...cases(2), ...cases(1, 'failed'), ...cases(1, 'pending')]),
        suite('b.openbao.spec.ts', cases(4)),
        suite('a.redis.spec.ts', cases(5)),
        suite('a.kafka.spec.ts', cases(6)),
        suite('a.gateway.spec.ts', cases(2)),
        suite('a.promtool.spec.ts', cases(6)),
        suite('a.browser.spec.ts', cases(6)),
        suite('a.test-server.spec.ts', cases(3)),
        suite('c.spec.ts', cases(9)),
      ],
      numPassedTests: 41,
      numFailedTests: 1,
      numPendingTests: 1,
    });
    expect(lines[0]).toMatch(/^Ran on the real OpenBao.*: 7 cases in 2 suites$/);
    expect(lines.slice(1)).toEqual([
      '  test/a.openbao.spec.ts: 3 (1 failed)',
      '  test/b.openbao.spec.ts: 4',
      expect.stringMatching(/^Ran on the real Redis.*: 5 cases in 1 suites$/),
      '  test/a.redis.spec.ts: 5',
      expect.stringMatching(/^Ran on the real Kafka.*: 6 cases in 1 suites$/),
      '  test/a.kafka.spec.ts: 6',
      'Ran on the real gateways: 2 cases in 1 suites',
      '  test/a.gateway.spec.ts: 2',
      expect.stringMatching(/^Ran on the real promtool.*: 6 cases in 1 suites$/),
      '  test/a.promtool.spec.ts: 6',
      expect.stringMatching(/^Ran on the real Chromium.*: 6 cases in 1 suites$/),
      '  test/a.browser.spec.ts: 6',
      'Ran on the KV v2 test server: 3 cases in 1 suites',
      '  test/a.test-server.spec.ts: 3',
      '41 passed, 1 failed, 1 skipped',
    ]);
  });

  it('say what was left out and why, and do not count it as run', () => {
    const marker = {
      title: 'is left out: no binary',
      ancestorTitles: ['KV v2 store: OpenBao'],
      status: 'passed',
    };
    const lines = report({ testResults: [suite('a.openbao.spec.ts', [marker])], numPassedTests: 1 });
    expect(lines).toEqual([
      'Ran on the real OpenBao: nothing',
      'Ran on the real Redis: nothing',
      'Ran on the real Kafka: nothing',
      'Ran on the real gateways: nothing',
      'Ran on the real promtool: nothing',
      'Ran on the real Chromium: nothing',
      'Ran on the KV v2 test server: nothing',
      'LEFT OUT: KV v2 store: OpenBao: no binary',
      '1 passed, 0 failed',
    ]);
  });

  it('count a suite that could not be run as failed', () => {
    const lines = report({ testResults: [suite('a.spec.ts', [])], numRuntimeErrorTestSuites: 1 });
    expect(lines.at(-1)).toBe('0 passed, 1 failed');
  });
});
