import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SOURCES = join(import.meta.dirname, '../../src');

describe('grants', () => {
  it('are made by the enforcement point and nowhere else', () => {
    const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    expect(files.length).toBeGreaterThan(100);
    const makers = files.filter((name) => /\bnew Grant\(/.test(readFileSync(join(SOURCES, name), 'utf8')));
    expect(makers).toEqual([join('pep', 'enforcement-point.ts')]);
  });
});
