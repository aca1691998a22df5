import { lineAt, splitPolicies } from '../../../../src/pdp/cedar/policy-text.js';

describe('cutting a Cedar file into its policies', () => {
  it('cuts at semicolons and tells the line of each policy', () => {
    const source =
      'permit(principal, action, resource);\n\n// about b\n@id("b")\nforbid(principal, action, resource);';
    expect(splitPolicies(source)).toEqual([
      { text: 'permit(principal, action, resource);', line: 1 },
      { text: '@id("b")\nforbid(principal, action, resource);', line: 4 },
    ]);
  });

  it.each([
    ['in a string', 'a "x;y" b;'],
    ['behind an escaped quote', String.raw`a "x\";y" b;`],
    ['behind an escaped backslash and in the next string', String.raw`a "x\\" ";" b;`],
    ['in a comment', 'a // x; y "\n b;'],
    ['in a comment that only a carriage return ends', 'a // x;\r b;'],
    ['in a string over two lines', 'a "x;\ny" b;'],
  ])('does not cut at a semicolon %s', (_, text) => {
    expect(splitPolicies(`${text} next;`)).toEqual([
      { text, line: 1 },
      { text: 'next;', line: 1 + text.split('\n').length - 1 },
    ]);
  });

  it('takes comment marks in a string for text', () => {
    expect(splitPolicies('a "https://x" ; b;').map(({ text }) => text)).toEqual(['a "https://x" ;', 'b;']);
  });

  it('leaves a rest without semicolon to be refused, and drops comments and blanks at the end', () => {
    expect(splitPolicies('a;\nb').map(({ text }) => text)).toEqual(['a;', 'b']);
    expect(splitPolicies('a;\n // the end').map(({ text }) => text)).toEqual(['a;']);
    expect(splitPolicies(' \n// nothing\n')).toEqual([]);
    expect(splitPolicies('a "open; b;').map(({ text }) => text)).toHaveLength(2);
  });

  it('cuts a megabyte of text in linear time', () => {
    const policy = `permit(principal, action, resource) when { resource.path == "${'x;'.repeat(500)}" };\n`;
    const source = policy.repeat(1000);
    const startedAt = performance.now();
    expect(splitPolicies(source)).toHaveLength(1000);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it('counts lines by bytes, as Cedar places its errors', () => {
    expect(lineAt('ä\nö\nx', 3, 10)).toBe(11);
    expect(lineAt('ä\nö\nx', 2, 10)).toBe(10);
    expect(lineAt('ä\nö\nx', 6, 1)).toBe(3);
  });
});
