import { findLink } from '../file/chain-head.js';
import type { ChainHead } from '../file/chain-head.js';
import { ChainCheck } from './chain-check.js';
import { findFirstLine, readLines } from './trail-lines.js';

export interface TrailVerdict {
  /** Undefined: the trail holds. */
  readonly fault: TrailFault | undefined;
  readonly lines: number;
  /** Of the last good line. */
  readonly head: ChainHead;
}

export interface TrailFault {
  readonly file: string;
  /** Of the file, from 1 on; undefined where the fault is that of the end. */
  readonly line: number | undefined;
  readonly reason: string;
}

export interface VerifyOptions {
  /** The line before the first one, where earlier files are kept elsewhere. */
  readonly after?: ChainHead | undefined;
  readonly heads?: readonly ChainHead[];
  readonly onRead?: (bytes: number) => void;
}

/**
 * Verifies the files of one trail, in whatever order they are named, and stops at the first bad line.
 * @throws Error of the file system
 */
export async function verifyTrail(
  files: readonly string[],
  options: VerifyOptions = {},
): Promise<TrailVerdict> {
  const check = new ChainCheck(options.after, options.heads);
  const ordered = await orderFiles(files);
  for (const file of ordered) {
    for await (const line of readLines(file, options.onRead)) {
      const reason = check.findFault(line);
      if (reason !== undefined) return verdictOf(check, { file, line: line.number, reason });
    }
  }
  const reason = check.findEndFault();
  return verdictOf(
    check,
    reason === undefined ? undefined : { file: ordered.at(-1) ?? '', line: undefined, reason },
  );
}

function verdictOf({ lines, head }: ChainCheck, fault: TrailFault | undefined): TrailVerdict {
  return { fault, lines, head };
}

/** By the number of their first line, which a name does not tell. */
async function orderFiles(files: readonly string[]): Promise<readonly string[]> {
  const numbered = await Promise.all(
    files.map(async (file) => {
      const first = await findFirstLine(file);
      return { file, seq: (first && findLink(first.bytes)?.seq) ?? (first === undefined ? Infinity : 0) };
    }),
  );
  return numbered.sort((one, other) => one.seq - other.seq).map(({ file }) => file);
}
