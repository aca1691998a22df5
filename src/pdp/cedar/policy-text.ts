/** One policy of a file. */
export interface PolicyText {
  /** From its first annotation or its effect to its semicolon. */
  readonly text: string;
  /** Of its first character, from 1. */
  readonly line: number;
}

// A comment ends at either line character, as in Cedar's own grammar. A semicolon ends a policy and stands nowhere else
// but in strings and comments. Should this ever cut differently from Cedar, then no piece is a policy and the set is refused.
const TOKEN = /"[^"\\]*(?:\\[^][^"\\]*)*"|\/\/[^\n\r]*|;/g;
const BEFORE_POLICY = /^(?:\s+|\/\/[^\n\r]*)+/;

/** The policies of a Cedar file in their order; a rest that no semicolon ends is one more, for Cedar to refuse. */
export function splitPolicies(source: string): PolicyText[] {
  const policies: PolicyText[] = [];
  let start = 0;
  let line = 1;
  const take = (end: number): void => {
    const piece = source.slice(start, end);
    const text = piece.replace(BEFORE_POLICY, '');
    const skipped = piece.length - text.length;
    if (text !== '') policies.push({ text, line: line + countLines(piece.slice(0, skipped)) });
    line += countLines(piece);
    start = end;
  };
  for (const { 0: token, index } of source.matchAll(TOKEN)) if (token === ';') take(index + 1);
  take(source.length);
  return policies;
}

/** Line of a place in a text that begins at line `firstLine`. @param byteOffset in UTF-8, as Cedar counts */
export function lineAt(text: string, byteOffset: number, firstLine: number): number {
  return firstLine + countLines(Buffer.from(text).subarray(0, byteOffset).toString());
}

function countLines(text: string): number {
  return text.split('\n').length - 1;
}
