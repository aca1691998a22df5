import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { verifyTrail } from '../../src/audit/verify/verify-trail.js';
import { buildService, startService } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';
import { AuditClient } from './audit-client.js';

/** The whole number is 300: `AUDIT_KILLS=300 npm test -- test/durability/audit-kill`. */
const KILLS = Number(process.env['AUDIT_KILLS'] ?? 6);
const CLIENTS = 16;
const LONGEST_LIFE_MS = 300;
/** After every so many kills half a line is left behind, as by a machine that lost its power. */
const TORN_EVERY = 3;
const HALF_A_LINE = '{"seq":99,"prev_hash":"sha256:00';

/** The service is killed at any moment; what it had begun to answer has to be in the trail. */
describe('kill -9 while callers read and write', () => {
  let folder: string;
  let file: string;
  const answered = new Set<string>();
  const statuses = new Map<number, number>();

  beforeAll(() => {
    buildService();
    folder = mkdtempSync(join(tmpdir(), 'audit-kill-'));
    file = join(folder, 'audit.jsonl');
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  const watch = {
    firstByte: (id: string): void => void answered.add(id),
    status: (_id: string, status: number): void => void statuses.set(status, (statuses.get(status) ?? 0) + 1),
  };
  const start = (): Promise<ServiceProcess> =>
    startService({
      AUDIT_FILE: file,
      AUDIT_MODE: 'required',
      AUDIT_FILE_MAX_BYTES: '300000',
      YAML_VAULT_PATH: join(folder, 'secrets.yaml'),
    });
  const namesOf = (pattern: RegExp): string[] => readdirSync(folder).filter((name) => pattern.test(name));
  const trail = (): string[] => namesOf(/^audit\.jsonl(\.\d{12})?$/).map((name) => join(folder, name));

  it(
    `has a record of every answer that began, and a whole chain, after each of ${KILLS} kills`,
    async () => {
      let torn = 0;
      for (let kill = 0; kill < KILLS; kill += 1) {
        const service = await start();
        expect(await verifyTrail(trail())).toMatchObject({ fault: undefined });
        const before = answered.size;
        const clients = Array.from(
          { length: CLIENTS },
          (_, n) => new AuditClient(service.url, `k${kill}-c${n}`, watch),
        );
        while (answered.size === before) await sleep(1);
        await sleep(Math.random() * LONGEST_LIFE_MS);
        service.kill('SIGKILL');
        await service.exited;
        await Promise.all(clients.map(({ ended }) => ended));
        if (kill % TORN_EVERY === 0 && existsSync(file)) {
          appendFileSync(file, HALF_A_LINE);
          torn += 1;
        }
      }
      const last = await start();
      last.kill('SIGTERM');
      expect(await last.exited).toBe(0);
      const { fault, lines } = await verifyTrail(trail());
      expect(fault).toBeUndefined();
      const text = trail()
        .map((name) => readFileSync(name, 'utf8'))
        .join('');
      const recorded = new Set(Array.from(text.matchAll(/"correlation_id":"([^"]+)"/g), ([, id]) => id));
      expect([...answered].filter((id) => !recorded.has(id))).toEqual([]);
      expect([...statuses.keys()].filter((status) => status !== 200 && status !== 201)).toEqual([]);
      expect(namesOf(/\.torn-/).length).toBeGreaterThanOrEqual(torn);
      console.log(
        `${KILLS} kills with ${CLIENTS} callers: ${answered.size} answers begun, each with its record; ${lines} lines in ${trail().length} files verified; ${namesOf(/\.torn-/).length} torn ends put aside, ${torn} of them made`,
      );
    },
    60_000 + KILLS * 10_000,
  );
});
