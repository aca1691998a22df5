import { readContents } from '../../../../src/providers/yaml/read-contents.js';
import { YamlFault } from '../../../../src/providers/yaml/yaml-fault.js';
import { canonical } from '../../../contract/provider-bench.js';

async function read(text: string): Promise<Record<string, unknown>> {
  const { entries } = await readContents(text);
  return Object.fromEntries([...entries].map(([name, { values }]) => [name, canonical(values)]));
}

async function faultOf(text: string): Promise<string> {
  try {
    await readContents(text);
  } catch (error) {
    if (error instanceof YamlFault) return error.describe(text);
    throw error;
  }
  throw new Error('the text was read though it has a fault');
}

const WIDE = `a: &a {${Array.from({ length: 10 }, (_, index) => `k${index}: x`).join(', ')}}`;
const wider = (level: string, below: string) =>
  `${level}: &${level} {${Array.from({ length: 10 }, (_, index) => `k${index}: *${below}`).join(', ')}}`;

describe('reading the YAML file', () => {
  it.each([
    '',
    '\n\n',
    '# only a comment\n',
    '# c',
    'null',
    '~',
    '{}',
    '---\n',
    '--- # c\n# d\n',
    '{ } # c\n',
    '\t\n',
  ])('takes %j for an empty store', async (text) => expect(await read(text)).toEqual({}));

  it.each([
    ['a flow mapping', '{s/a: {k: v}, "s/b": {}}'],
    ['blocks', 's/a:\n  k: v\ns/b: {}\n'],
    ['explicit keys', '? s/a\n: k: v\n? s/b\n: {}\n'],
    ['an indented mapping', '  s/a:\n    k: v\n  s/b: {}'],
    ['a document with its start', '%YAML 1.1\n---\ns/a: {k: v}\ns/b: {}\n...\n'],
    ['JSON', '{\n\t"s/a": {"k": "v"},\n\t"s/b": {}\n}'],
    ['Windows line ends', 's/a:\r\n  k: v\r\ns/b: {}\r\n'],
    ['tags', '!!map\ns/a: !!map {k: !!str v}\ns/b: !x {}'],
  ])('reads %s', async (_, text) => expect(await read(text)).toEqual({ 's/a': '{"k":"v"}', 's/b': '{}' }));

  it('reads keys as their source text', async () => {
    const { 's/a': values } = await read(
      's/a: {1: a, null: b, true: c, ~: d, 0x1F: e, "1.0": f, : g, <<: {h: 1}}',
    );
    expect(values).toBe('{"":"g","0x1F":"e","1":"a","1.0":"f","<<":{"h":1},"null":"b","true":"c","~":"d"}');
  });

  it('reads what the core schema does not know as strings', async () => {
    const text =
      's/a: {a: 2026-11-24, b: !!binary aGk=, c: yes, d: 1_000, e: 12:30:45, f: !custom x, g: !!timestamp 2026-01-01}';
    expect((await read(text))['s/a']).toBe(
      '{"a":"2026-11-24","b":"aGk=","c":"yes","d":"1_000","e":"12:30:45","f":"x","g":"2026-01-01"}',
    );
  });

  it('reads explicit tags of the core schema', async () => {
    const text = 's/a: {a: !!str 12, b: !!int "12", c: !!float 1, d: !!null "", e: !!bool "true", f: ! 1}';
    expect((await read(text))['s/a']).toBe('{"a":"12","b":12,"c":1,"d":null,"e":true,"f":"1"}');
  });

  it('resolves aliases', async () => {
    const text = 's/a: &a\n  k: &k [1, 2]\n  l: *k\ns/b: *a\ns/c: {in: [*a, *k]}\n';
    expect(await read(text)).toEqual({
      's/a': '{"k":[1,2],"l":[1,2]}',
      's/b': '{"k":[1,2],"l":[1,2]}',
      's/c': '{"in":[{"k":[1,2],"l":[1,2]},[1,2]]}',
    });
  });

  it('takes the last anchor of a name', async () => {
    const text = 's/a: {k: &x 1, l: *x, m: &x 2, n: *x}';
    expect((await read(text))['s/a']).toBe('{"k":1,"l":1,"m":2,"n":2}');
  });

  it('has no trouble with __proto__', async () => {
    const { entries } = await readContents('__proto__: {__proto__: {polluted: 1}}\nconstructor: {a: 1}\n');
    expect([...entries.keys()]).toEqual(['__proto__', 'constructor']);
    expect(canonical(entries.get('__proto__')?.values)).toBe('{"__proto__":{"polluted":1}}');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('freezes what it reads', async () => {
    const values = (await readContents('s/a: {k: {l: [1]}}')).entries.get('s/a')?.values;
    expect(Object.isFrozen(values)).toBe(true);
    expect(Object.isFrozen(values?.['k'])).toBe(true);
  });

  it.each([
    ['a broken text', 's/a: {k: v}\ns/b: {k: v\ns/c: {}\n', 3, 1],
    ['a tab for indentation', 's/a:\n\tk: v\n', 2, 1],
    ['an open quote', 's/a:\n  k: "v\n', 3, 1],
    ['a list', '- a\n- b\n', 1, 1],
    ['a word', '\n  word\n', 2, 3],
    ['a secret that is a word', 's/a: {}\ns/b: word\n', 2, 6],
    ['a secret that is a list', 's/a:\n  - 1\n', 2, 3],
    ['a secret that is nothing', 's/a: {}\ns/b:\n', 2, 5],
    ['a secret that is an alias of a list', 's/a: {k: &x []}\ns/b: *x\n', 2, 6],
    ['a secret twice', 's/a: {}\ns/b: {}\ns/a: {}\n', 3, 1],
    ['a secret twice, once in quotes', 's/a: {}\n"s/a": {}\n', 2, 1],
    ['a secret twice, once by an escape', 's/a: {}\n"s/\\x61": {}\n', 2, 1],
    ['a secret twice in braces', '{s/a: {}, s/a: {}}', 1, 11],
    ['a key twice', 's/a:\n  k: 1\n  l: 2\n  k: 3\n', 4, 3],
    ['a key twice by tag', 's/a:\n  1: 1\n  !!str 1: 3\n', 3, 9],
    ['a key twice in quotes', "s/a: {k: 1, 'k': 2}", 1, 13],
    ['a key twice far down', 's/a:\n  b:\n    - c: {d: 1, d: 2}\n', 3, 17],
    ['a key twice beside a merge', 's/a: {<<: {}, <<: {}}', 1, 15],
    ['a key that is a list', 's/a: {? [x] : 1}', 1, 9],
    ['a key that is an alias', 's/a: {k: &x y, *x : 1}', 1, 16],
    ['infinity', 's/a: {}\ns/b: {k: .inf}', 2, 10],
    ['not a number', 's/a:\n  k: .NaN\n', 2, 6],
    ['two documents', 's/a: {}\n---\ns/b: {}\n', 2, 1],
    ['an alias without an anchor', 's/a: {k: *x}', 1, 10],
    ['an alias before its anchor', 's/a: {k: *x}\ns/b: &x {}\n', 1, 10],
    ['an alias inside its anchor', 's/a: &x {k: *x}', 1, 13],
    [
      'an alias bomb',
      [WIDE, wider('b', 'a'), wider('c', 'b'), wider('d', 'c'), wider('e', 'd')].join('\n'),
      4,
      84,
    ],
    ['too many levels', `s/a: ${'['.repeat(120)}${']'.repeat(120)}`, 1, 106],
  ])('tells line and column of %s', async (_, text, line, column) => {
    const fault = await faultOf(text);
    expect(fault).toMatch(/^The YAML file .* \(line \d+, column \d+\)\.$/);
    expect(fault).toContain(`(line ${line}, column ${column})`);
  });

  it('never repeats what is in the file', async () => {
    for (const text of [
      's/hunter2: {hunter2: hunter2, hunter2: *hunter2}',
      's/a: {k: *hunter2}',
      's/a: "hunter2',
    ])
      expect(await faultOf(text)).not.toContain('hunter2');
  });

  it('survives a text of nothing but brackets', async () => {
    expect(await faultOf('['.repeat(200_000))).toMatch(/\(line \d+, column \d+\)/);
    expect(await faultOf(`s/a: ${'{a: '.repeat(20_000)}`)).toMatch(/\(line \d+, column \d+\)/);
  });

  it('finds a key that stands twice among 20,000 in linear time', async () => {
    const keys = Array.from({ length: 20_000 }, (_, index) => `  key-${index}: x\n`).join('');
    const startedAt = performance.now();
    expect(await faultOf(`s/a:\n${keys}  key-7: y\n`)).toContain('(line 20002, column 3)');
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });
});
