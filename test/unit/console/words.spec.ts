import { ERROR_CATALOGUE } from '../../../src/secrets/secret.errors.js';
import { importPageModule } from './page-module.js';

interface ShownText {
  readonly spellOut: (text: string) => string;
  readonly shorten: (text: string, max: number) => string;
  readonly showTime: (time: string, now: Date) => string;
}
interface Words {
  NEXT_STEPS: ReadonlyMap<string, string>;
}
const { spellOut, shorten, showTime } = await importPageModule<ShownText>('shown-text.js');
const { NEXT_STEPS } = await importPageModule<Words>('connection-words.js');

describe('text of others on the page', () => {
  it.each([
    ['plain', 'alice@example.org', 'alice@example.org'],
    ['other scripts', 'Zoë 李 עברית 👩‍💻', 'Zoë 李 עברית 👩‍💻'],
    ['direction', 'a\u202eb\u2069c', 'a\\u{202E}b\\u{2069}c'],
    ['invisible', 'a\u200bb\ufeffc\u00add', 'a\\u{200B}b\\u{FEFF}c\\u{00AD}d'],
    ['lines', 'a\nb\u2028c', 'a\\u{000A}b\\u{2028}c'],
    ['half a character', 'a\ud800b', 'a\\u{D800}b'],
  ])('spells out what deceives: %s', (_kind, text, shown) => {
    expect(spellOut(text)).toBe(shown);
  });

  it('is cut between characters', () => {
    expect([shorten('abc', 3), shorten('abcd', 3), shorten('ab👩', 3)]).toEqual(['abc', 'abc…', 'ab…']);
  });

  it('has the day where it is not today', () => {
    const now = new Date(2026, 4, 6, 12, 0, 0);
    const earlier = new Date(2026, 4, 6, 7, 8, 9, 10).toISOString();
    const yesterday = new Date(2026, 4, 5, 23, 8, 9, 10).toISOString();
    expect([showTime(earlier, now), showTime(yesterday, now)]).toEqual([
      '07:08:09.010',
      '05-05 23:08:09.010',
    ]);
    expect(showTime('never', now)).toBe('never');
  });
});

describe('what to do about a refusal', () => {
  it('is said for codes that there are', () => {
    const codes = [...NEXT_STEPS.keys()];
    expect(codes.filter((code) => !(code in ERROR_CATALOGUE))).toEqual([]);
    expect(codes.length).toBeGreaterThan(5);
  });
});
