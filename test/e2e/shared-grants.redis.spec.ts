import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditRecord } from '../../src/ports/audit-trail.port.js';
import { describeOnRedis } from '../support/redis/describe-on-redis.js';
import { RedisProcess } from '../support/redis/redis-process.js';
import { buildService, startService } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';

const MAX_USES = 10;
const READS = 1000;
const URI = 'yaml://secret/app/api';
const POLICY = `@id("p") @max_uses("${MAX_USES}") @ttl_seconds("60") permit (principal, action, resource);`;

/** Two processes of the service, one Redis: what one uses up, the other does not have. */
describeOnRedis('grants of two processes', (title) => {
  describe(title, () => {
    const folder = mkdtempSync(join(tmpdir(), 'secrets-api-grants-'));
    let redis: RedisProcess;
    let services: ServiceProcess[];

    beforeAll(async () => {
      buildService();
      writeFileSync(join(folder, 'policy.cedar'), POLICY);
      redis = await RedisProcess.start();
      const env = {
        REDIS_URL: redis.url,
        YAML_VAULT_PATH: join(folder, 'secrets.yaml'),
        TENANT_SALT: 'of both',
        ENABLE_AUTHORIZATION: 'true',
        PDP_ENGINE: 'cedar',
        PDP_POLICY_DIR: folder,
        LOG_LEVEL: 'info',
      };
      services = await Promise.all([startService(env), startService(env)]);
      const body = JSON.stringify({ uri: URI, value: { token: 'x' } });
      const headers = { 'content-type': 'application/json' };
      await fetch(`${services[0]?.url}/api/secrets`, { method: 'POST', headers, body });
    }, 120_000);
    afterAll(async () => {
      for (const service of services) service.kill('SIGTERM');
      await Promise.all(services.map(({ exited }) => exited));
      await redis.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    /** The records of both, from the lines that they log. */
    const records = (): Partial<AuditRecord>[] =>
      services
        .flatMap((service) => service.output().split('\n'))
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Partial<AuditRecord>);
    const reads = (): Partial<AuditRecord>[] => records().filter(({ event }) => event === 'secret.read');
    const read = (index: number): Promise<Response> =>
      fetch(`${services[index % 2]?.url}/api/secrets/value?uri=${encodeURIComponent(URI)}`);

    it(`use one permit at most ${MAX_USES} times, however many ask at once`, async () => {
      // The first read leaves nine uses; were there none, all would ask at once and each have a decision of its own.
      expect((await read(0)).status).toBe(200);
      const statuses = await Promise.all(
        Array.from({ length: READS }, async (_, index) => (await read(index)).status),
      );
      expect(new Set(statuses)).toEqual(new Set([200]));
      // The log is written behind the answers.
      const endsAt = Date.now() + 10_000;
      while (reads().length < READS + 1 && Date.now() < endsAt) await sleep(50);
      const uses = new Map<string, number>();
      for (const { decision_id: id } of reads()) {
        if (typeof id === 'string') uses.set(id, (uses.get(id) ?? 0) + 1);
      }
      expect([...uses.values()].reduce((sum, count) => sum + count, 0)).toBe(READS + 1);
      expect(Math.max(...uses.values())).toBeLessThanOrEqual(MAX_USES);
      // Were nothing kept there would be as many decisions as reads.
      expect(uses.size).toBeLessThan(READS + 1);
    }, 60_000);

    it('refuse everything while Redis is away, and go on when it is back', async () => {
      await redis.kill();
      const away = await read(0);
      expect([away.status, ((await away.json()) as { code: string }).code]).toEqual([
        503,
        'STATE_UNAVAILABLE',
      ]);
      await redis.startAgain();
      const endsAt = Date.now() + 10_000;
      while ((await read(0)).status !== 200 && Date.now() < endsAt);
      expect((await read(0)).status).toBe(200);
    }, 30_000);
  });
});
