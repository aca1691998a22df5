import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';
import { describeOnRedis } from '../support/redis/describe-on-redis.js';
import { RedisProcess } from '../support/redis/redis-process.js';

const MAX_USES = 10;
const READS = 1000;
const URI = 'yaml://secret/app/api';
const POLICY = `@id("p") @max_uses("${MAX_USES}") @ttl_seconds("60") permit (principal, action, resource);`;

/** Two instances of the service, one Redis: what one uses up, the other does not have. */
describeOnRedis('grants of two instances', (title) => {
  describe(title, () => {
    const folder = mkdtempSync(join(tmpdir(), 'secrets-api-grants-'));
    let redis: RedisProcess;
    let instances: RunningApp[];

    beforeAll(async () => {
      writeFileSync(join(folder, 'policy.cedar'), POLICY);
      redis = await RedisProcess.start();
      const env = {
        REDIS_URL: redis.url,
        YAML_VAULT_PATH: join(folder, 'secrets.yaml'),
        TENANT_SALT: 'of both',
        ENABLE_AUTHORIZATION: 'true',
        PDP_ENGINE: 'cedar',
        PDP_POLICY_DIR: folder,
      };
      instances = await Promise.all([createApp(env), createApp(env)]);
      await instances[0]?.http
        .post('/api/secrets')
        .send({ uri: URI, value: { token: 'x' } })
        .expect(201);
    });
    afterAll(async () => {
      await Promise.all(instances.map((instance) => instance.close()));
      await redis.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    const read = (index: number): Promise<Response> =>
      fetch(`${instances[index % 2]?.url}/api/secrets/value?uri=${encodeURIComponent(URI)}`);

    it(`use one permit at most ${MAX_USES} times, however many ask at once`, async () => {
      const statuses = await Promise.all(
        Array.from({ length: READS }, async (_, index) => (await read(index)).status),
      );
      expect(new Set(statuses)).toEqual(new Set([200]));
      const uses = new Map<string | null, number>();
      for (const { event, decision_id: id } of instances.flatMap(({ records }) => records)) {
        if (event === 'secret.read') uses.set(id, (uses.get(id) ?? 0) + 1);
      }
      expect([...uses.values()].reduce((sum, count) => sum + count, 0)).toBe(READS);
      expect(Math.max(...uses.values())).toBeLessThanOrEqual(MAX_USES);
      // Were nothing kept there would be as many decisions as reads.
      expect(uses.size).toBeLessThan(READS);
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
