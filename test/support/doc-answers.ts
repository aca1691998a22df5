/** The answers in a JSON block of a page: one document, which the formatter breaks into lines, or one a line. */
export function parseAnswers(text: string): readonly unknown[] {
  if (text.trim() === '') return [];
  try {
    return [JSON.parse(text) as unknown];
  } catch {
    return parseLines(text);
  }
}

/** What commands printed: one JSON document a line, or one behind the other. */
export function parseLines(text: string): readonly unknown[] {
  return text
    .replaceAll('}{', '}\n{')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}

/** `"…"` on a page stands for any text. */
export function withPlaceholders(answers: readonly unknown[]): unknown {
  return JSON.parse(JSON.stringify(answers), (_key, value: unknown) =>
    value === '…' ? expect.any(String) : value,
  ) as unknown;
}
