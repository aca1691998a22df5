import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeAtOnce } from '../support/concurrent-writers.js';
import { buildService, startService } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';

const CLIENTS = 32;
/** The full number is 50; fewer keep `npm test` short. */
const ROUNDS = Number(process.env['WRITER_ROUNDS'] ?? 5);

export interface WritersUnderTest {
  readonly scheme: string;
  readonly hasVersions: boolean;
  /** Variables by which the service finds the store. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** 32 writers of 32 keys of one secret at once, over two processes of the service on one store. */
export function describeConcurrentWriters(name: string, startStore: () => Promise<WritersUnderTest>): void {
  describe(`${CLIENTS} writers on one secret over two processes, ${name}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'secrets-api-writers-'));
    let store: WritersUnderTest;
    let services: ServiceProcess[];

    beforeAll(async () => {
      buildService();
      store = await startStore();
      const env = { YAML_VAULT_PATH: join(folder, 'secrets.yaml'), ...store.env };
      services = await Promise.all([startService(env), startService(env)]);
    }, 120_000);

    afterAll(async () => {
      for (const service of services) service.kill('SIGTERM');
      await Promise.all(services.map(({ exited }) => exited));
      await store.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    it(`loses no key in ${ROUNDS} rounds, and every acknowledgement owns its version`, async () => {
      const urls = services.map(({ url }) => url);
      const everyVersion = Array.from({ length: CLIENTS }, (_, index) => index + 1);
      for (let round = 0; round < ROUNDS; round += 1) {
        const result = await writeAtOnce(urls, `${store.scheme}://secret/writers/round-${round}`, CLIENTS);
        expect(result).toEqual({
          refused: [],
          lost: [],
          versions: store.hasVersions ? everyVersion : [],
          created: 1,
        });
      }
    }, 600_000);
  });
}
