import { createReadStream } from 'node:fs';

/** One line of a file, without its newline. */
export interface TrailLine {
  readonly bytes: Buffer;
  /** From 1 on. */
  readonly number: number;
  /** False for what stands behind the last newline. */
  readonly isEnded: boolean;
}

const NEWLINE = 0x0a;
/** Beyond this it is no line of a trail, and reading on would only fill the memory. */
const LINE_BYTES_MAX = 1024 * 1024;

/**
 * The lines of a file of any size, read as a stream.
 * @param onRead told how many bytes were read
 * @throws Error of the file system; where a line is longer than any of a trail
 */
export async function* readLines(path: string, onRead?: (bytes: number) => void): AsyncGenerator<TrailLine> {
  let rest: Buffer = Buffer.alloc(0);
  let number = 1;
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) {
    onRead?.((chunk as Buffer).length);
    rest = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer]);
    let start = 0;
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE, start)) {
      yield { bytes: rest.subarray(start, end), number, isEnded: true };
      number += 1;
      start = end + 1;
    }
    rest = rest.subarray(start);
    if (rest.length > LINE_BYTES_MAX) throw new Error(`line ${number} is longer than any line of a trail`);
  }
  if (rest.length > 0) yield { bytes: rest, number, isEnded: false };
}

/** The first line, for the order of files; undefined where the file is empty. */
export async function findFirstLine(path: string): Promise<TrailLine | undefined> {
  for await (const line of readLines(path)) return line;
  return undefined;
}
