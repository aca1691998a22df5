import type { JsonObject } from '../../../../src/secrets/json.js';
import { readContents } from '../../../../src/providers/yaml/read-contents.js';

const FILE = `# Secrets of the platform team
# edit with care

secret/app/api:
  # from the vendor
  token: abc   # rotated monthly
  port: 0x1F
  limits: {soft: 1.50, hard: 9007199254740993}   # per minute

# the database
"secret/app/db":    { user: 'u',   password: "p" }
secret/app/key:
    pem: |
        -----BEGIN-----
        abc
        -----END-----
    folded: >-
        some long
        text
# the end
`;

async function edit(text: string, changes: Record<string, JsonObject | undefined>): Promise<string> {
  const contents = await readContents(text);
  const edited = contents.edit(new Map(Object.entries(changes)));
  const { entries } = await readContents(edited);
  for (const [name, values] of Object.entries(changes))
    expect(entries.get(name)?.values).toEqual(values === undefined ? undefined : { ...values });
  return edited;
}

async function valuesOf(text: string, name: string): Promise<JsonObject> {
  return { ...(await readContents(text)).entries.get(name)?.values };
}

describe('editing the YAML file', () => {
  it('leaves every other secret byte for byte as it was', async () => {
    const edited = await edit(FILE, { 'secret/app/db': { user: 'u', password: 'new' } });
    const changed = `"secret/app/db": { user: 'u', password: new }`;
    expect(edited).toBe(FILE.replace(/"secret\/app\/db".*/, changed));
  });

  it('appends a new secret below the last comment', async () => {
    const edited = await edit(FILE, { 'secret/new': { a: 1 } });
    expect(edited).toBe(`${FILE}secret/new:\n  a: 1\n`);
  });

  it('keeps comments, order and spelling inside the secret that changes', async () => {
    const values = await valuesOf(FILE, 'secret/app/api');
    const edited = await edit(FILE, { 'secret/app/api': { ...values, token: 'xyz', added: true } });
    expect(edited).toContain(`secret/app/api:
  # from the vendor
  token: xyz # rotated monthly
  port: 0x1F
  limits: { soft: 1.50, hard: 9007199254740993 } # per minute
  added: true

# the database
`);
  });

  it('keeps the comments of keys that stay when the map is replaced', async () => {
    const edited = await edit(FILE, { 'secret/app/api': { token: 'q', other: 'x' } });
    expect(edited).toContain(
      '  # from the vendor\n  token: q # rotated monthly\n  other: x\n\n# the database',
    );
  });

  it('keeps an indentation of four and multi-line texts', async () => {
    const values = await valuesOf(FILE, 'secret/app/key');
    const edited = await edit(FILE, { 'secret/app/key': { ...values, id: 7 } });
    expect(edited).toContain('    pem: |\n        -----BEGIN-----\n        abc\n        -----END-----\n');
    expect(edited).toContain('\n    id: 7\n# the end\n');
  });

  it('writes a new text of several lines as lines', async () => {
    const pem = '-----BEGIN-----\nabc\n-----END-----\n';
    const edited = await edit('', { 's/a': { pem, one: 'l1\nl2', trailing: 'l1 \nl2' } });
    expect(edited).toBe(
      's/a:\n  pem: |\n    -----BEGIN-----\n    abc\n    -----END-----\n  one: |-\n    l1\n    l2\n  trailing: "l1 \\nl2"\n',
    );
  });

  it('takes a secret out and leaves the comments around it', async () => {
    const edited = await edit(FILE, { 'secret/app/db': undefined });
    expect(edited).toBe(FILE.replace(/"secret\/app\/db".*\n/, ''));
  });

  it('keeps the head of the file when the first secret goes', async () => {
    const edited = await edit('# head\ns/a: {k: v}\n\n# about b\ns/b: {}\n', { 's/a': undefined });
    expect(edited).toBe('# head\n# about b\ns/b: {}\n');
  });

  it('keeps the comment above a key that goes', async () => {
    const text = 's/a:\n  # first\n  k: 1 # beside\n  # second\n  l: 2\n  # third\n  m: 3\n';
    expect(await edit(text, { 's/a': { k: 1, m: 3 } })).toBe(
      's/a:\n  # first\n  k: 1 # beside\n  # second\n  # third\n  m: 3\n',
    );
    expect(await edit(text, { 's/a': { k: 1 } })).toBe(
      's/a:\n  # first\n  k: 1 # beside\n  # second\n  # third\n',
    );
  });

  it('leaves an empty file, or its comments, when the last secret goes', async () => {
    expect(await edit('s/a: {}\n', { 's/a': undefined })).toBe('');
    expect(await edit('# c\ns/a: {}\n# d\n', { 's/a': undefined })).toBe('# c\n# d\n');
    expect(await edit('{s/a: {}}', { 's/a': undefined })).toBe('{}\n');
  });

  it.each([
    ['', 's/n:\n  k: v\n'],
    ['# c', '# c\ns/n:\n  k: v\n'],
    ['null\n', 's/n:\n  k: v\n'],
    ['{}\n', 's/n:\n  k: v\n'],
    ['---\n', '---\ns/n:\n  k: v\n'],
    ['s/a: {}', 's/a: {}\ns/n:\n  k: v\n'],
  ])('adds to %j', async (text, wanted) => expect(await edit(text, { 's/n': { k: 'v' } })).toBe(wanted));

  it('keeps the line ends of Windows', async () => {
    const edited = await edit('# c\r\ns/a:\r\n  k: v\r\ns/b: {}\r\n', {
      's/a': { k: 'w', l: 'x\ny' },
      's/c': { m: 1 },
    });
    expect(edited.replaceAll('\r\n', '')).not.toContain('\n');
    expect(edited.startsWith('# c\r\ns/a:\r\n  k: w\r\n')).toBe(true);
  });

  it('does not lengthen a text that ends in blank lines', async () => {
    const text = 's/a:\n  k: |+\n    x\n\n\ns/b: {}\n\n# c\ns/c: {}\n';
    const edited = await edit(text, { 's/b': undefined });
    expect((await valuesOf(edited, 's/a'))['k']).toBe('x\n\n\n');
    const again = await edit(edited, { 's/a': { k: 'x\n\n\n', l: 1 } });
    expect((await valuesOf(again, 's/a'))['k']).toBe('x\n\n\n');
  });

  it('keeps comments and order of a file in braces', async () => {
    const text = '# head\n{\n  s/a: {k: v}, # about a\n  s/b: {l: w}\n}\n';
    const edited = await edit(text, { 's/b': { l: 'x' }, 's/c': { m: 'a, b' } });
    expect(edited).toContain('# head\n');
    expect(edited).toContain('# about a');
    expect(edited.indexOf('s/a')).toBeLessThan(edited.indexOf('s/b'));
  });

  it('keeps anchors where another secret is written', async () => {
    const text = 's/a: &base\n  k: &k v # c\ns/b: *base\ns/c: {in: *k}\n';
    const edited = await edit(text, { 's/d': { new: 1 } });
    expect(edited).toContain('s/a: &base\n  k: &k v # c\ns/b: *base\n');
    expect(edited).toContain('*k');
  });

  it('writes out the aliases of a secret that changes, so that the others keep what they had', async () => {
    const text = 's/a: &base\n  k: &k [1, "a, b"]\n  l: x\ns/b: *base\ns/c: {in: *k}\n';
    const edited = await edit(text, { 's/a': { k: 2, l: 'x' } });
    expect(await valuesOf(edited, 's/b')).toEqual({ k: [1, 'a, b'], l: 'x' });
    expect(await valuesOf(edited, 's/c')).toEqual({ in: [1, 'a, b'] });
  });

  it('gives a secret that is an alias a map of its own', async () => {
    const edited = await edit('s/a: &base {k: v}\ns/b: *base\n', { 's/b': { k: 'w' } });
    expect(await valuesOf(edited, 's/a')).toEqual({ k: 'v' });
  });

  it('writes names and keys that are longer than a key before a colon may be', async () => {
    const long = 'n'.repeat(1500);
    const edited = await edit('s/a:\n    k: v\n', { [`s/${long}`]: { [long]: { [long]: 1 }, b: 2 } });
    expect(edited.startsWith('s/a:\n    k: v\n? s/nnn')).toBe(true);
    await edit(edited, { [`s/${long}`]: { b: 3 }, 's/a': { [long]: [{ [long]: 2, c: 3 }] } });
  });
});
