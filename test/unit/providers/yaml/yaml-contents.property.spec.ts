import * as fc from 'fast-check';
import { BlockContents } from '../../../../src/providers/yaml/block-contents.js';
import { DocumentContents } from '../../../../src/providers/yaml/document-contents.js';
import { readContents } from '../../../../src/providers/yaml/read-contents.js';
import type { YamlContents } from '../../../../src/providers/yaml/yaml-contents.js';
import { YamlFault } from '../../../../src/providers/yaml/yaml-fault.js';
import { YamlTransaction } from '../../../../src/providers/yaml/yaml-transaction.js';
import { canonical } from '../../../contract/provider-bench.js';
import { anyFile, anyMap, anyText } from './yaml-text.arbitraries.js';

const name = fc.constantFrom(
  's/a',
  's/b',
  's/c',
  's/true',
  `s/${'n'.repeat(1100)}`,
  "'q/x",
  's/a:',
  '- x',
  '',
);
const change = fc.tuple(name, fc.option(anyMap, { nil: undefined, freq: 6 }));

function print({ entries }: YamlContents): Record<string, string> {
  return Object.fromEntries([...entries].map(([key, { values }]) => [key, canonical(values)]));
}

describe('contents of the YAML file, as properties', () => {
  it('reads back any JSON that was written, whatever stood in the file before', async () => {
    const batches = fc.array(fc.array(change, { minLength: 1, maxLength: 3 }), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(anyFile, batches, async (file, history) => {
        let contents = await readContents(file);
        for (const changes of history) {
          const transaction = new YamlTransaction(contents);
          const expected = print(contents);
          for (const [key, values] of changes) {
            if (values === undefined) transaction.remove(key);
            else transaction.put(key, values);
            if (values === undefined) delete expected[key];
            else expected[key] = canonical(values);
          }
          const text = transaction.print();
          contents = await readContents(text, contents);
          expect(print(contents)).toEqual(expected);
          expect(transaction.isKeptBy(contents)).toBe(true);
          // What was parsed piece by piece, or kept from before, is what the text as a whole says.
          expect(print(DocumentContents.parse(text))).toEqual(expected);
        }
      }),
      { numRuns: 300 },
    );
  }, 120_000);

  it('reads a row of blocks as the whole text reads', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        const blocks = await BlockContents.find(text, undefined);
        if (blocks !== undefined) expect(print(blocks)).toEqual(print(DocumentContents.parse(text)));
      }),
      { numRuns: 5_000 },
    );
  }, 120_000);

  it('reads any text, or tells line and column', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(anyText, fc.string({ unit: 'binary' })), async (text) => {
        try {
          await readContents(text);
        } catch (error) {
          expect(error).toBeInstanceOf(YamlFault);
          expect((error as YamlFault).describe(text)).toMatch(/\(line [1-9]\d*, column [1-9]\d*\)\.$/);
        }
      }),
      { numRuns: 2_000 },
    );
  }, 120_000);
});
