/** Unicode letters, marks, numbers, punctuation, symbols and U+0020: what OpenBao takes in a path, and we in an address. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u;
/** RFC 3986 unreserved, sub-delims, ":" and "@" stand as they are, and so does what is printable beyond ASCII. */
const ENCODED_IN_SEGMENT = /[^A-Za-z0-9\-._~!$&'()*+,;=:@\u{80}-\u{10FFFF}]/gu;
const ENCODED_IN_FRAGMENT = /[^A-Za-z0-9\-._~!$&'()*+,;=:@/\u{80}-\u{10FFFF}]/gu;

export function isPrintable(text: string): boolean {
  return PRINTABLE.test(text);
}

export function encodeSegment(text: string): string {
  return text.replace(ENCODED_IN_SEGMENT, percentEncodeAscii);
}

export function encodeFragment(text: string): string {
  return text.replace(ENCODED_IN_FRAGMENT, percentEncodeAscii);
}

/** Percent-decoding as RFC 3986 has it; undefined where an escape is broken or the bytes are not UTF-8. */
export function decodeOnce(text: string): string | undefined {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/**
 * What a lenient reader would make of text that is decoded already: whole escapes go, broken ones stay.
 * Undefined where the bytes are not UTF-8: an overlong `%C0%AF` is a slash to some readers.
 */
export function decodeFurther(text: string): string | undefined {
  try {
    return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => decodeURIComponent(run));
  } catch {
    return undefined;
  }
}

function percentEncodeAscii(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
