import type { FileHandle } from 'node:fs/promises';
import { findLink, hashLine } from './chain-head.js';
import type { ChainHead } from './chain-head.js';

/** How a file of the trail ends. */
export interface TrailEnd {
  /** Of the last whole line; undefined where there is none. */
  readonly head: ChainHead | undefined;
  /** Bytes up to the end of that line; what is behind them is no line. */
  readonly wholeBytes: number;
}

const NEWLINE = 0x0a;
/** A line takes about 600 bytes; the look is widened until one is found. */
const FIRST_LOOK_BYTES = 64 * 1024;
const WIDEST_LOOK_BYTES = 64 * 1024 * 1024;

/**
 * Finds the last whole line from the end on.
 * @throws Error where the file is not empty and no line of a trail is near its end: it may be anything
 */
export async function readTrailEnd(handle: FileHandle, sizeBytes: number): Promise<TrailEnd> {
  for (let look = FIRST_LOOK_BYTES; ; look *= 4) {
    const start = Math.max(0, sizeBytes - look);
    const bytes = await readRange(handle, start, sizeBytes);
    const found = findLastLine(bytes, start === 0);
    if (found !== undefined) return { head: found.head, wholeBytes: start + found.end };
    if (start === 0) return refuseUnlessTorn(bytes);
    if (look >= WIDEST_LOOK_BYTES) throw new Error('no line of an audit trail is near the end of the file');
  }
}

/** A single line without its end can be the torn first one of a trail; anything else is somebody's file. */
function refuseUnlessTorn(bytes: Buffer): TrailEnd {
  if (bytes.includes(NEWLINE)) throw new Error('the file has lines that are none of an audit trail');
  return { head: undefined, wholeBytes: 0 };
}

function findLastLine(bytes: Buffer, isWholeFile: boolean): { head: ChainHead; end: number } | undefined {
  let end = bytes.lastIndexOf(NEWLINE);
  while (end >= 0) {
    const before = end === 0 ? -1 : bytes.lastIndexOf(NEWLINE, end - 1);
    if (before === -1 && !isWholeFile) return undefined;
    const line = bytes.subarray(before + 1, end);
    const link = findLink(line);
    if (link !== undefined) return { head: { seq: link.seq, hash: hashLine(line) }, end: end + 1 };
    end = before;
  }
  return undefined;
}

export async function readRange(handle: FileHandle, start: number, end: number): Promise<Buffer> {
  const bytes = Buffer.alloc(end - start);
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
