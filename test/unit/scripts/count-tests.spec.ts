import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

type Status = 'passed' | 'failed' | 'pending' | 'todo';

describe('the counts at the end of a CI run', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'count-tests-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  function suite(name: string, ...statuses: readonly Status[]): object {
    const status = statuses.includes('failed') ? 'failed' : 'passed';
    return { name, status, assertionResults: statuses.map((outcome) => ({ status: outcome })) };
  }

  /** Any program does as the binary: it is only looked for. */
  function count(content: string | undefined): { lines: readonly string[]; code: number | null } {
    const file = join(folder, content === undefined ? 'absent.json' : 'result.json');
    if (content !== undefined) writeFileSync(file, content);
    const { stdout, status } = spawnSync(process.execPath, [resolve('scripts/count-tests.mjs'), file], {
      encoding: 'utf8',
      env: { ...process.env, BAO_BIN: process.execPath },
    });
    return { lines: stdout.trimEnd().split('\n'), code: status };
  }
  const countSuites = (...suites: readonly object[]): ReturnType<typeof count> =>
    count(JSON.stringify({ testResults: suites }));

  const real = suite('/test/a.openbao.spec.ts', 'passed', 'passed');

  it('are those of the runner, with the real OpenBao told before', () => {
    expect(countSuites(real, suite('/test/b.spec.ts', 'passed'))).toEqual({
      lines: ['On the real OpenBao: 2 tests in 1 suites.', '3 passed, 0 failed'],
      code: 0,
    });
  });

  it('name what was skipped', () => {
    const { lines, code } = countSuites(real, suite('/test/b.spec.ts', 'pending', 'todo'));
    expect([lines.at(-1), code]).toEqual(['2 passed, 0 failed, 2 skipped', 0]);
  });

  it('fail with a failed test', () => {
    const { lines, code } = countSuites(real, suite('/test/b.spec.ts', 'passed', 'failed'));
    expect([lines.at(-1), code]).toEqual(['3 passed, 1 failed', 1]);
  });

  it('fail with a suite that could not be loaded', () => {
    const broken = { name: '/test/b.spec.ts', status: 'failed', assertionResults: [] };
    const { lines, code } = countSuites(real, broken);
    expect([lines.at(-1), code]).toEqual(['2 passed, 1 failed', 1]);
  });

  it('fail where nothing ran on the real OpenBao', () => {
    const { lines, code } = countSuites(suite('/test/b.spec.ts', 'passed'));
    expect(lines).toEqual(['On the real OpenBao: 0 tests in 0 suites.', '1 passed, 0 failed']);
    expect(code).toBe(1);
  });

  it.each([
    ['is missing', undefined],
    ['was cut off', '{"testResults":['],
  ])('fail where the result file %s', (_what, content) => {
    const { lines, code } = count(content);
    expect([lines.at(-1), code]).toEqual(['0 passed, 1 failed', 1]);
  });
});
