import { canonical, codeOf, single } from '../provider-bench.js';
import type { ProviderBench } from '../provider-bench.js';

const PEM = `-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n'.repeat(20)}-----END PRIVATE KEY-----\n`;

/** Strings that a careless store would turn into something else. */
export const TRICKY_STRINGS = {
  empty: '',
  blank: ' ',
  boolean: 'true',
  'old boolean': 'yes',
  null: 'null',
  tilde: '~',
  number: '123',
  'number with a zero': '007',
  hexadecimal: '0x1F',
  exponent: '1e3',
  infinity: '.inf',
  date: '2026-11-24',
  dash: '-',
  'block sequence': '- a\n- b',
  comment: '# no comment',
  'comment behind': 'a #b',
  mapping: 'a: b',
  colon: 'a:',
  flow: '{a: b}',
  anchor: '&a',
  alias: '*a',
  tag: '!!binary aGk=',
  directive: '%YAML 1.1',
  document: '---\nx\n...\n',
  literal: '|\n  x',
  quotes: `'single' "double" \`back\` \\slash\\`,
  tab: '\tleading and trailing\t',
  spaces: '  leading and trailing  ',
  'one newline': '\n',
  lines: 'one\ntwo\n',
  'lines without end': 'one\ntwo',
  'empty lines': '\n\none\n\n\ntwo\n\n\n',
  'indented lines': '    one\n  two\nthree\n',
  'lines with trailing spaces': 'one  \ntwo\t\n',
  carriage: 'one\r\ntwo\rthree',
  pem: PEM,
  control: '\u0000\u0001\u001b\u007f',
  'other line ends': 'a\u0085b\u2028c\u2029d',
  mark: '\ufeffbyte order',
  unicode: 'Grüße, ключ, 鍵, 🔑',
  'combining, not composed': 'e\u0301',
  long: 'word '.repeat(4000),
  'one long word': 'x'.repeat(20_000),
} as const;

export function readingAndWritingCases(bench: () => ProviderBench): void {
  describe('reading and writing', () => {
    it('does not find what was never written', async () => {
      expect(await codeOf(bench().read('none'))).toBe('SECRET_NOT_FOUND');
      expect(await codeOf(bench().provider.readKeys(bench().uri('none')))).toBe('SECRET_NOT_FOUND');
    });

    it('reads back a map as it was written', async () => {
      const values = { token: 'abc', port: 5432, ratio: 1.5, below: -3, on: true, off: false, nothing: null };
      await bench().replace('map', values);
      expect(canonical(await bench().read('map'))).toBe(canonical(values));
    });

    it('reads back objects and arrays inside each other', async () => {
      const values = { a: { b: [1, [2, { c: [] }], {}], d: { e: { f: 'deep' } } }, g: [[], [null], ['']] };
      await bench().replace('nested', values);
      expect(canonical(await bench().read('nested'))).toBe(canonical(values));
    });

    it('says whether a write made the secret', async () => {
      const first = await bench().replace('made', { a: 1 });
      expect(first).toMatchObject({ created: true, warnings: [] });
      expect(await bench().replace('made', { a: 2 })).toMatchObject({ created: false, warnings: [] });
      expect(await bench().setKey('made', 'b', 1)).toMatchObject({ created: false, warnings: [] });
    });

    it('replaces the whole map', async () => {
      await bench().replace('whole', { a: 1, b: 2 });
      await bench().replace('whole', { c: 3 });
      expect(canonical(await bench().read('whole'))).toBe('{"c":3}');
    });

    it('keeps an empty map as a secret', async () => {
      expect(await bench().replace('empty', {})).toMatchObject({ created: true });
      expect(canonical(await bench().read('empty'))).toBe('{}');
      expect((await bench().provider.readKeys(bench().uri('empty'))).keys).toEqual([]);
      await bench().setKey('empty', 'a', 1);
      expect(canonical(await bench().read('empty'))).toBe('{"a":1}');
    });

    it('empties a map that had keys', async () => {
      await bench().replace('emptied', { a: 1, b: { c: 2 } });
      await bench().replace('emptied', {});
      expect(canonical(await bench().read('emptied'))).toBe('{}');
    });

    it('makes a secret by setting one key', async () => {
      expect(await bench().setKey('by-key', 'token', 'x')).toMatchObject({ created: true });
      expect(canonical(await bench().read('by-key'))).toBe('{"token":"x"}');
    });

    it('sets one key and leaves the others', async () => {
      await bench().replace('keys', { a: 'old', b: { c: [1] } });
      await bench().setKey('keys', 'a', 'new');
      await bench().setKey('keys', 'd', { e: 1 });
      expect(canonical(await bench().read('keys'))).toBe('{"a":"new","b":{"c":[1]},"d":{"e":1}}');
    });

    it('takes a value of another kind in place of the old one', async () => {
      const kinds = ['text', 7, { a: 1 }, [1, 2], true, { b: { c: null } }, 'text', [{ d: 1 }]];
      for (const value of kinds) {
        await bench().setKey('kinds', 'k', value);
        expect(canonical(await bench().read('kinds'))).toBe(canonical({ k: value }));
      }
    });

    it('gives the keys without the values', async () => {
      await bench().replace('names', { b: 'x', a: { inner: 1 }, c: [], nothing: null });
      const { keys } = await bench().provider.readKeys(bench().uri('names'));
      expect([...keys].sort()).toEqual(['a', 'b', 'c', 'nothing']);
    });

    it('hands out maps that do not lead back into the store', async () => {
      await bench().replace('own', { a: { b: 1 } });
      const values = await bench().read('own');
      try {
        (values['a'] as Record<string, unknown>)['b'] = 2;
        values['c'] = 3;
      } catch (error) {
        expect(error).toBeInstanceOf(TypeError); // frozen is fine too
      }
      expect(canonical(await bench().read('own'))).toBe('{"a":{"b":1}}');
    });

    it('does not follow a map that its writer changes later', async () => {
      const values = { a: { b: 1 } };
      await bench().replace('later', values);
      values.a.b = 2;
      expect(canonical(await bench().read('later'))).toBe('{"a":{"b":1}}');
    });

    it('asks for the secret where a change must find it', async () => {
      const mustExist = { mustExist: true };
      expect(await codeOf(bench().replace('must', { a: 1 }, mustExist))).toBe('SECRET_NOT_FOUND');
      expect(await codeOf(bench().setKey('must', 'a', 1, mustExist))).toBe('SECRET_NOT_FOUND');
      expect(await codeOf(bench().read('must'))).toBe('SECRET_NOT_FOUND');
      await bench().replace('must', { a: 1 });
      expect(await bench().replace('must', { a: 2 }, mustExist)).toMatchObject({ created: false });
    });

    it('asks for the key where a change must find it', async () => {
      await bench().replace('must-key', { a: 1 });
      expect(await codeOf(bench().setKey('must-key', 'b', 1, { mustExist: true }))).toBe(
        'FRAGMENT_NOT_FOUND',
      );
      await bench().setKey('must-key', 'a', 2, { mustExist: true });
      expect(canonical(await bench().read('must-key'))).toBe('{"a":2}');
    });

    it.each(Object.entries(TRICKY_STRINGS))('keeps a string as it is: %s', async (_, text) => {
      await bench().setKey('string', 'first', 1);
      await bench().setKey('string', 'text', text);
      await bench().setKey('string', 'last', { in: [text, { more: text }] });
      const values = await bench().read('string');
      expect(values['text']).toBe(text);
      expect(canonical(values['last'])).toBe(canonical({ in: [text, { more: text }] }));
    });

    it('keeps all of these strings in one secret', async () => {
      await bench().replace('strings', TRICKY_STRINGS);
      expect(canonical(await bench().read('strings'))).toBe(canonical(TRICKY_STRINGS));
    });

    it('loses no key when 32 clients set one each at once', async () => {
      const keys = Array.from({ length: 32 }, (_, index) => `key-${index}`);
      const outcomes = await Promise.all(keys.map((key) => bench().setKey('crowd', key, key)));
      expect(canonical(await bench().read('crowd'))).toBe(
        canonical(Object.fromEntries(keys.map((key) => [key, key]))),
      );
      expect(outcomes.filter(({ created }) => created)).toHaveLength(1);
    });

    it('keeps apart what is written to many secrets at once', async () => {
      const names = Array.from({ length: 20 }, (_, index) => `side-${index}`);
      await Promise.all(names.map((name) => bench().replace(name, single('me', name))));
      for (const name of names) expect(canonical(await bench().read(name))).toBe(`{"me":"${name}"}`);
    });
  });
}
