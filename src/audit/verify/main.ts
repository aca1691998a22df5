import { stat } from 'node:fs/promises';
import { USAGE, findVerifyArguments } from './verify-arguments.js';
import type { VerifyArguments } from './verify-arguments.js';
import { verifyTrail } from './verify-trail.js';
import type { TrailVerdict } from './verify-trail.js';

const PROGRESS_MS = 200;
const HOLDS = 0;
const BROKEN = 1;
const NOT_LOOKED_AT = 2;

async function run(words: readonly string[]): Promise<number> {
  const wanted = findVerifyArguments(words);
  if (wanted === undefined) {
    process.stderr.write(USAGE);
    return NOT_LOOKED_AT;
  }
  try {
    const verdict = await verifyTrail(wanted.files, { ...wanted, onRead: await startProgress(wanted.files) });
    clearProgress();
    report(verdict, wanted);
    return verdict.fault === undefined ? HOLDS : BROKEN;
  } catch (error) {
    clearProgress();
    process.stderr.write(
      `The trail could not be read: ${error instanceof Error ? error.message : 'unknown'}\n`,
    );
    return NOT_LOOKED_AT;
  }
}

function report({ fault, lines, head }: TrailVerdict, { heads }: VerifyArguments): void {
  if (fault !== undefined) {
    const place = fault.line === undefined ? fault.file : `${fault.file}:${fault.line}`;
    process.stdout.write(`BROKEN ${place}: ${fault.reason}\n`);
    process.stdout.write(`${lines} lines before it hold, up to ${head.seq}:${head.hash}\n`);
    return;
  }
  process.stdout.write(`OK ${lines} lines, up to ${head.seq}:${head.hash}\n`);
  if (heads.length === 0) process.stderr.write('No head was given: lines cut off the end would not show.\n');
}

/** For people at a terminal only. */
async function startProgress(files: readonly string[]): Promise<(bytes: number) => void> {
  if (!process.stderr.isTTY) return () => undefined;
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  let read = 0;
  let toldAt = 0;
  return (bytes) => {
    read += bytes;
    const now = performance.now();
    if (now - toldAt < PROGRESS_MS) return;
    toldAt = now;
    process.stderr.write(`\r${Math.min(100, Math.floor((100 * read) / total))} %`);
  };
}

function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
}

process.exitCode = await run(process.argv.slice(2));
