import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PinnedProcess } from './processes.mjs';

const PROGRAM = fileURLToPath(new URL('open-loop-process.mjs', import.meta.url));

/**
 * Arrivals at a rate, whether or not anything is answered.
 * @param {{ url: string, requests: object[], expect: object, rate: number, seconds: number, connections?: number,
 *   deadlineMs?: number }} plan `rate` a second; an answer after `deadlineMs` is of no use
 * @returns {Promise<{ offered: number, good: number, refused: number, unexpected: number, lost: number, late: number,
 *   unanswered: number, p50Ms: number, p99Ms: number, goodPerSecond: number, offeredPerSecond: number }>}
 */
export async function runOpenLoop({ connections = 256, deadlineMs = 2_000, ...plan }) {
  const folder = mkdtempSync(join(tmpdir(), 'secrets-bench-'));
  const file = join(folder, 'plan.json');
  writeFileSync(file, JSON.stringify({ connections, deadlineMs, ...plan }));
  try {
    const output = await new PinnedProcess('load', process.execPath, [PROGRAM, file]).result();
    const result = JSON.parse(/^RESULT (.*)$/m.exec(output)?.[1] ?? 'null');
    if (result === null) throw new Error(`no result of the open loop: ${output}`);
    const { offered, good, seconds } = result;
    return { ...result, goodPerSecond: good / seconds, offeredPerSecond: offered / seconds };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
