import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformFileSync } from '@swc/core';

const ROOT = join(import.meta.dirname, '../..');
const FOLDERS = ['providers/yaml', 'secrets'];

/**
 * Compiles the sources that a writer needs into a folder of their own, for processes that Jest does not transform.
 * Not `dist/`: another suite may build that anew while a process starts.
 * @returns the folder, in place of `src/`; the caller removes it
 */
export function compileSources(): string {
  const cache = join(ROOT, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const output = mkdtempSync(join(cache, 'yaml-writer-'));
  for (const folder of FOLDERS) {
    mkdirSync(join(output, folder), { recursive: true });
    const sources = readdirSync(join(ROOT, 'src', folder)).filter((name) => name.endsWith('.ts'));
    for (const name of sources) {
      const { code } = transformFileSync(join(ROOT, 'src', folder, name), {
        jsc: { parser: { syntax: 'typescript', decorators: true }, target: 'es2024' },
        module: { type: 'es6' },
      });
      writeFileSync(join(output, folder, name.replace(/ts$/, 'js')), code);
    }
  }
  writeFileSync(join(output, 'package.json'), '{"type":"module"}');
  return output;
}
