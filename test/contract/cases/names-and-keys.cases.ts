import { canonical, codeOf, single } from '../provider-bench.js';
import type { ProviderBench } from '../provider-bench.js';

/** Names as an address prints them. */
const ODD_NAMES = [
  'with%20space',
  '100%25',
  'question%3Fmark',
  'hash%23tag',
  'a+b',
  'a:b',
  'a:',
  'a@b',
  'semi;colon,comma',
  "quote'and(paren)",
  '!bang',
  '&and=equals$',
  '~tilde',
  '-dash',
  '.hidden',
  '...',
  '%22double%22',
  '%7Bbrace%7D',
  '%7Cpipe%7C',
  '%3Cless%3E',
  'ключ',
  '鍵',
  '🔑',
  'é',
  'true',
  'null',
  '123',
  '1e3',
  '%3C%3C',
  'n'.repeat(200),
];

const ODD_KEYS = [
  '',
  ' ',
  ' leading',
  'trailing ',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'a.b',
  'a/b',
  'a: b',
  'a #b',
  '#',
  '-',
  '- a',
  '?',
  '? a',
  ':',
  '<<',
  '*a',
  '&a',
  '!a',
  '|',
  '>',
  '%',
  '@',
  '`',
  '"',
  "'",
  '{',
  '[]',
  ',',
  'true',
  'null',
  '~',
  'yes',
  '1',
  '01',
  '1.0',
  '0x1F',
  '.inf',
  '---',
  '...',
  'tab\there',
  'line\nbreak',
  'ends\n',
  'cr\rlf\r\n',
  'a\u0085b\u2028c',
  '\ufeff',
  'ключ',
  '🔑',
  'k'.repeat(1023),
  'k'.repeat(1100),
  'x y '.repeat(600),
];

export function namesAndKeysCases(bench: () => ProviderBench): void {
  describe('names and keys', () => {
    it.each(labelled(ODD_NAMES))('stores a secret named %s', async (_, name) => {
      expect(await bench().replace(name, { token: 'x' })).toMatchObject({ created: true });
      await bench().setKey(name, 'token', 'y');
      expect(canonical(await bench().read(name))).toBe('{"token":"y"}');
      expect(await bench().list()).toEqual([decodeURIComponent(name)]);
      await bench().provider.destroy(bench().uri(name), {});
      expect(await codeOf(bench().read(name))).toBe('SECRET_NOT_FOUND');
    });

    it('keeps names apart by case and by every character', async () => {
      const names = ['name', 'Name', 'NAME', 'name%20', 'name.', 'name%25', 'name%2B', 'na%20me'];
      for (const name of names) await bench().replace(name, { name });
      for (const name of names) expect(canonical(await bench().read(name))).toBe(canonical({ name }));
    });

    it('takes a name for a secret and the folder of others at once', async () => {
      await bench().replace('app', { is: 'secret' });
      await bench().replace('app/api', { is: 'inside' });
      await bench().replace('app/api/deep', { is: 'deeper' });
      expect(canonical(await bench().read('app'))).toBe('{"is":"secret"}');
      expect(canonical(await bench().read('app/api'))).toBe('{"is":"inside"}');
      await bench().provider.destroy(bench().uri('app/api'), {});
      expect(canonical(await bench().read('app'))).toBe('{"is":"secret"}');
      expect(canonical(await bench().read('app/api/deep'))).toBe('{"is":"deeper"}');
    });

    it('does not find a folder as a secret', async () => {
      await bench().replace('folder/inside', { a: 1 });
      expect(await codeOf(bench().read('folder'))).toBe('SECRET_NOT_FOUND');
    });

    it.each(labelled(ODD_KEYS))('takes the key %s like others', async (_, key) => {
      await bench().replace('keys', { before: 1 });
      await bench().setKey('keys', key, 'x');
      await bench().setKey('keys', 'nested', single(key, single(key, 2)));
      const values = await bench().read('keys');
      expect(Object.keys(values).sort()).toEqual(['before', 'nested', key].sort());
      expect(canonical(values['nested'])).toBe(canonical(single(key, single(key, 2))));
      await bench().removeKey('keys', 'before');
      await bench().removeKey('keys', 'nested');
      expect(canonical(await bench().read('keys'))).toBe(canonical(single(key, 'x')));
      expect((await bench().provider.readKeys(bench().uri('keys'))).keys).toEqual([key]);
    });

    it('holds all of these keys at once', async () => {
      const text = `{${ODD_KEYS.map((key, index) => `${JSON.stringify(key)}:${index}`).join(',')}}`;
      const values = JSON.parse(text) as Record<string, unknown>;
      await bench().replace('all-keys', values);
      expect(canonical(await bench().read('all-keys'))).toBe(canonical(values));
    });

    it('does not find keys that every object inherits', async () => {
      await bench().replace('inherits', { a: 1 });
      for (const key of ['constructor', '__proto__', 'toString']) {
        expect(await codeOf(bench().removeKey('inherits', key))).toBe('FRAGMENT_NOT_FOUND');
        expect(await codeOf(bench().setKey('inherits', key, 1, { mustExist: true }))).toBe(
          'FRAGMENT_NOT_FOUND',
        );
      }
      expect(Object.hasOwn(await bench().read('inherits'), 'constructor')).toBe(false);
    });
  });
}

/** Long and unprintable ones are shortened and escaped in the name of their test. */
function labelled(texts: readonly string[]): [label: string, text: string][] {
  return texts.map((text) => {
    const isShort = text.length <= 20;
    return [
      `${JSON.stringify(isShort ? text : text.slice(0, 20))}${isShort ? '' : ` (${text.length})`}`,
      text,
    ];
  });
}
