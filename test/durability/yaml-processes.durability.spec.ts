import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { compileSources } from './compiled-sources.js';
import { YamlWriterProcess } from './yaml-writer-process.js';

const CLIENTS_EACH = 16;
const ROUNDS = 50;

describe('two processes on one YAML file', () => {
  let sources: string;
  let folder: string;

  beforeAll(() => {
    sources = compileSources();
    folder = mkdtempSync(join(tmpdir(), 'yaml-processes-'));
  });
  afterAll(() => {
    for (const made of [folder, sources]) rmSync(made, { recursive: true });
  });

  it(`loses none of 32 keys that 32 clients set ${ROUNDS} times each`, async () => {
    const path = join(folder, 'secrets.yaml');
    const startedAt = performance.now();
    const writers = [0, CLIENTS_EACH].map(
      (firstClient) =>
        new YamlWriterProcess({ sources, path, firstClient, clients: CLIENTS_EACH, rounds: ROUNDS }),
    );
    const ends = await Promise.all(writers.map(({ ended }) => ended));
    expect(ends).toEqual(writers.map(() => ({ code: 0, errors: '' })));
    const wanted = Array.from({ length: 2 * CLIENTS_EACH }, (_, client) => [`key-${client}`, ROUNDS]);
    const { 'secret/app/crowd': crowd } = parse(readFileSync(path, 'utf8')) as Record<string, object>;
    expect(crowd).toEqual(Object.fromEntries(wanted));
    const acknowledgements = writers.reduce((sum, writer) => sum + writer.acknowledgements, 0);
    expect(acknowledgements).toBe(2 * CLIENTS_EACH * ROUNDS);
    console.log(`${acknowledgements} writes in ${Math.round(performance.now() - startedAt)} ms`);
  }, 120_000);
});
