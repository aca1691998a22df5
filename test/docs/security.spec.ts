import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** OWASP ASVS 5.0: how many points each section has at the levels that the page speaks of. */
const SECTIONS: Readonly<Record<string, readonly number[]>> = {
  '2.1': [1, 2, 3],
  '2.2': [1, 2, 3],
  '2.3': [1, 2, 3, 4],
  '2.4': [1],
  '4.1': [1, 2, 3],
  '4.2': [1],
  '4.3': [1, 2],
  '4.4': [1, 2, 3, 4],
  '8.1': [1, 2, 3, 4],
  '8.2': [1, 2, 3, 4],
  '8.3': [1, 2, 3],
  '8.4': [1, 2],
  '9.1': [1, 2, 3],
  '9.2': [1, 2, 3, 4],
  '10.3': [1, 2, 3, 4, 5],
  '13.1': [1],
  '13.2': [1, 2, 3, 4, 5],
  '13.3': [1, 2],
  '13.4': [1, 2, 3, 4, 5],
  '16.1': [1],
  '16.2': [1, 2, 3, 4, 5],
  '16.3': [1, 2, 3, 4],
  '16.4': [1, 2, 3],
  '16.5': [1, 2, 3, 4],
};

interface Row {
  readonly point: string;
  readonly heldBy: string;
}

const PAGE = readFileSync(join(ROOT, 'docs/security.md'), 'utf8');
const ROWS: readonly Row[] = PAGE.split('\n')
  .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()))
  .filter(([, point]) => /^\d+\.\d+\.\d+$/.test(point ?? ''))
  .map(([, point = '', , , heldBy = '']) => ({ point, heldBy }));

/** Each file that a cell names, with the titles behind it. */
function findProofs(heldBy: string): { file: string; titles: string[] }[] {
  return [...heldBy.matchAll(/`(?<file>test\/[^`]+)`(?<rest>[^`]*)/g)].map(({ groups = {} }) => ({
    file: groups['file'] ?? '',
    titles: [...(groups['rest'] ?? '').matchAll(/"([^"]+)"/g)].map(([, title = '']) => title),
  }));
}

describe('the table of docs/security.md', () => {
  it('has every point, once, in order', () => {
    const points = Object.entries(SECTIONS).flatMap(([section, numbers]) =>
      numbers.map((number) => `${section}.${number}`),
    );
    expect(ROWS.map(({ point }) => point)).toEqual(points);
  });

  it.each(ROWS)('names for $point what there is, or says that nothing holds it', ({ heldBy }) => {
    const proofs = findProofs(heldBy);
    for (const { file, titles } of proofs) {
      const path = join(ROOT, file);
      expect({ file, exists: existsSync(path) }).toEqual({ file, exists: true });
      const source = readFileSync(path, 'utf8');
      // As a string of the file: a mere word in a comment is no title.
      const missing = titles.filter(
        (title) => !["'", '`', '"'].some((quote) => source.includes(quote + title)),
      );
      expect({ file, missing }).toEqual({ file, missing: [] });
    }
    const isSaid =
      /not held by a test|no test of its own|does not apply|there are none|duty of the IdP|in part:/.test(
        heldBy,
      );
    expect(proofs.length > 0 || isSaid).toBe(true);
  });

  it('links to pages that are there', () => {
    const links = [...PAGE.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = '']) => link);
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter((link) => !existsSync(join(ROOT, 'docs', link)))).toEqual([]);
  });

  it('would miss a file or a title that is gone', () => {
    expect(findProofs('`test/a.spec.ts` "one", "two"; `test/b.spec.ts`')).toEqual([
      { file: 'test/a.spec.ts', titles: ['one', 'two'] },
      { file: 'test/b.spec.ts', titles: [] },
    ]);
  });
});
