/** A text in pieces: what stands above the first key, then one piece for each line that begins at the margin. */
export interface BlockSplit {
  readonly prelude: string;
  readonly blocks: readonly string[];
}

/** Lines that may stand above the first key: blank, a comment, one start of the document. */
const PRELUDE =
  /^(?:[ \t]*(?:#[^\n]*)?\r?\n)*(?:---[ \t]*(?:#[^\n]*)?\r?\n)?(?:[ \t]*(?:#[^\n]*)?\r?\n)*(?:[ \t]*(?:#[^\n]*)?$)?/;

/** A line that begins a block: at the margin, and no comment, blank line or second half of an explicit key. */
const BLOCK_START = /(?<![^\n])[^ \t\r\n#:]/g;

/** Starts and ends of documents, and directives: then the text is no plain row of blocks. */
const DOCUMENT_LINE = /(?<![^\n])(?:---|\.\.\.|%)/;

/**
 * Cuts a text where a mapping at the margin may have its keys. Where each piece is by itself a mapping of one key, the
 * pieces together are the mapping of all: nothing that belongs to a value may stand at the margin (YAML 1.2.2
 * section 8.2.2), except comments and blank lines, which stay with the piece above them.
 * Undefined where that cannot hold.
 */
export function splitBlocks(text: string): BlockSplit | undefined {
  const prelude = PRELUDE.exec(text)?.[0] ?? '';
  const body = text.slice(prelude.length);
  if (DOCUMENT_LINE.test(body)) return undefined;
  const starts = [...body.matchAll(BLOCK_START)].map(({ index }) => index);
  if (body !== '' && starts[0] !== 0) return undefined;
  const blocks = starts.map((start, index) => body.slice(start, starts[index + 1]));
  return blocks.every(isWholeByLooks) ? { prelude, blocks } : undefined;
}

/** A colon at the margin is the second half of an explicit key; a tag or an anchor could be that of the whole text. */
function isWholeByLooks(block: string): boolean {
  return !/^[!&*]/.test(block) && (block.startsWith('?') || !block.includes('\n:'));
}

/** The lines at the end of a block that belong to no key: blank ones and comments at the margin. */
export function splitTail(block: string): { head: string; tail: string } {
  const lines = block.split(/(?<=\n)/);
  let end = lines.length;
  while (end > 1 && /^(?:#|[ \t]*\r?\n?$)/.test(lines[end - 1] ?? '')) end -= 1;
  return { head: lines.slice(0, end).join(''), tail: lines.slice(end).join('') };
}
