import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const title = 'A decision of Cedar, 10,000 policies against 10';
export const about = `Processor time of the thread for one decision, in this process; \`bench/cedar.bench.mjs\` measures more: reloads, stalls,
memory.`;

const PROGRAM = fileURLToPath(new URL('../cedar.bench.mjs', import.meta.url));

export function run() {
  const { stdout, status } = spawnSync(process.execPath, [PROGRAM, '--decisions'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the measure of decisions ended with ${status}`);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const decisions = lines.filter(({ ratio }) => ratio !== undefined);
  return {
    tables: [
      {
        rows: decisions.map(({ name, few_us, many_us }) => ({
          name,
          '10 policies, µs': few_us,
          '10,000 policies, µs': many_us,
        })),
      },
    ],
    figures: decisions.map(({ name, ratio, limit }) => ({
      figure: name,
      reach: `<= ${limit}`,
      value: ratio,
    })),
    raw: { lines },
  };
}
