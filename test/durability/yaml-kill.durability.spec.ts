import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { YamlFile } from '../../src/providers/yaml/yaml-file.js';
import { compileSources } from './compiled-sources.js';
import { YamlWriterProcess } from './yaml-writer-process.js';

/** The whole number is 200: `YAML_KILLS=200 npm test -- test/durability`. */
const KILLS = Number(process.env['YAML_KILLS'] ?? 40);
const CLIENTS = 8;
const LONGEST_LIFE_MS = 25;

const BY_HAND = `# kept by the platform team
secret/app/by-hand:
  token: 9007199254740993 # do not touch
`;

type Crowd = Record<string, Record<string, number>>;

/** A writer is killed at any moment of its work; the next one begins where it was cut off. */
describe('kill -9 in the middle of YAML writes', () => {
  let sources: string;
  let folder: string;
  let path: string;

  beforeAll(() => {
    sources = compileSources();
    folder = mkdtempSync(join(tmpdir(), 'yaml-kill-'));
    path = join(folder, 'secrets.yaml');
    writeFileSync(path, BY_HAND, { mode: 0o600 });
  });
  afterAll(() => {
    for (const made of [folder, sources]) rmSync(made, { recursive: true });
  });

  it(
    `loses no acknowledged write and leaves no file behind in ${KILLS} kills`,
    async () => {
      let slowestStartMs = 0;
      let acknowledgements = 0;
      let cutOff = 0;
      for (let kill = 0; kill < KILLS; kill += 1) {
        const startedAt = performance.now();
        const writer = new YamlWriterProcess({
          sources,
          path,
          firstClient: 0,
          clients: CLIENTS,
          rounds: 1e6,
        });
        await writer.firstAcknowledgement;
        slowestStartMs = Math.max(slowestStartMs, performance.now() - startedAt);
        await sleep(Math.random() * LONGEST_LIFE_MS);
        writer.kill();
        expect(await writer.ended).toEqual({ code: null, errors: '' });
        acknowledgements += writer.acknowledgements;
        expectIntact(writer);
        cutOff += Number(existsSync(`${path}.tmp`));
      }
      expect(acknowledgements).toBeGreaterThan(KILLS);
      // A dead writer's lock must not keep the next one waiting.
      expect(slowestStartMs).toBeLessThan(5_000);
      await new YamlFile(path).update((transaction) => transaction.put('secret/app/last', { a: 1 }));
      expect(readdirSync(folder).sort()).toEqual(['secrets.yaml', 'secrets.yaml.lock']);
      console.log(
        `${KILLS} kills, ${acknowledgements} acknowledged writes, ${cutOff} cut off before the rename, slowest start with first write ${Math.round(slowestStartMs)} ms`,
      );
    },
    30_000 + KILLS * 2_000,
  );

  function expectIntact(writer: YamlWriterProcess): void {
    const text = readFileSync(path, 'utf8');
    const crowd = (parse(text) as Crowd)['secret/app/crowd'] ?? {};
    for (const [client, value] of writer.acknowledged)
      expect(crowd[`key-${client}`]).toBeGreaterThanOrEqual(value);
    expect(text.startsWith(BY_HAND)).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const known = ['secrets.yaml', 'secrets.yaml.lock', 'secrets.yaml.tmp'];
    expect(readdirSync(folder).filter((name) => !known.includes(name))).toEqual([]);
  }
});
