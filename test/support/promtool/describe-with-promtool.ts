import { spawnSync } from 'node:child_process';
import { findPromtool, NO_PROMTOOL } from './find-promtool.js';

/** What promtool said, on both outputs, and how it ended. */
export interface PromtoolVerdict {
  readonly status: number | null;
  readonly output: string;
}

/**
 * A suite that needs the real promtool. Where there is none it is replaced by one case that says so, and a line on the
 * console: it neither fails nor looks as if it had run.
 */
export function describeWithPromtool(title: string, suite: () => void): void {
  const promtool = findPromtool();
  if (promtool !== undefined) {
    describe(`${title}: promtool ${promtool.version}`, suite);
    return;
  }
  console.warn(`LEFT OUT: ${title} by a real promtool, ${NO_PROMTOOL}`);
  describe(`${title}: promtool`, () => {
    it(`is left out: ${NO_PROMTOOL}`, () => {
      expect(findPromtool()).toBeUndefined();
    });
  });
}

/** @param input what it reads on its standard input */
export function runPromtool(args: readonly string[], input = ''): PromtoolVerdict {
  const { status, stdout, stderr } = spawnSync('promtool', [...args], {
    encoding: 'utf8',
    input,
    timeout: 60_000,
  });
  return { status, output: `${stdout}${stderr}` };
}
