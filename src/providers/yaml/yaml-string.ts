/** Plain text that no YAML reader takes for anything else: it begins with a letter and holds no indicator. */
const PLAIN = /^[\p{L}_/](?:[\p{L}\p{M}\p{N}_\-./+=@$%&!~();^]|:(?=[^\s])| (?=[^\s#]))*$/u;

/** Words that YAML 1.1 or 1.2 readers take for booleans or null. */
const RESERVED = /^(?:true|false|yes|no|on|off|y|n|null)$/i;

/** Lines that come back from a literal block as they are: printable, none begins or ends with a blank. */
const LITERAL = /^[^\p{C}\p{Z}](?:[^\p{C}\p{Z}]| (?!\s|$)|\n{1,2}(?=[^\p{C}\p{Z}]))*$/u;

/** Characters that JSON prints as they are and that some reader takes for a line end, or nobody sees. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufffe\uffff]/gu;

/** Whether the text may stand without quotes, as a key and as a value, in a block and in a flow collection. */
export function isSafePlain(text: string): boolean {
  return PLAIN.test(text) && !RESERVED.test(text) && !text.endsWith(':');
}

/** Whether the text is several lines that a person would rather read as lines: a PEM key, a script. */
export function isLiteralText(text: string): boolean {
  return text.trimEnd().includes('\n') && LITERAL.test(text.endsWith('\n') ? text.slice(0, -1) : text);
}

/** A double-quoted scalar on one line, YAML 1.2.2 section 7.3.1: JSON, with what is unseen escaped. */
export function printQuoted(text: string): string {
  return JSON.stringify(text).replace(UNSEEN, (character) => {
    const codes = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
    return codes.map((code) => `\\u${code.toString(16).padStart(4, '0')}`).join('');
  });
}

/** A single-quoted scalar on one line, YAML 1.2.2 section 7.3.2. */
export function printSingleQuoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
