import { setTimeout as sleep } from 'node:timers/promises';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKv2Server } from '../support/kv2-server/kv2-server.js';
import type { Kv2Server } from '../support/kv2-server/kv2-server.js';
import { describeOnRedis } from '../support/redis/describe-on-redis.js';
import { RedisProcess } from '../support/redis/redis-process.js';
import { buildService, startService } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';

const BASE = 'openbao+kv2://secret/crash';

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly isReplayed: boolean;
}

/** A process dies over a request with a key; the client sends it again, and another process answers. */
describeOnRedis('a request whose process is killed', (title) => {
  describe(title, () => {
    const folder = mkdtempSync(join(tmpdir(), 'secrets-api-crash-'));
    let redis: RedisProcess;
    let store: Kv2Server;
    let victim: ServiceProcess;
    let survivor: ServiceProcess;
    let env: Record<string, string>;

    beforeAll(async () => {
      buildService();
      [redis, store] = await Promise.all([RedisProcess.start(), startKv2Server()]);
      env = {
        REDIS_URL: redis.url,
        OPENBAO_URL: store.url,
        OPENBAO_TOKEN: store.rootToken,
        YAML_VAULT_PATH: join(folder, 'secrets.yaml'),
        PROVIDER_TIMEOUT_MS: '30000',
      };
      survivor = await startService(env);
    }, 120_000);
    beforeEach(async () => {
      victim = await startService(env);
    });
    afterEach(async () => {
      victim.kill('SIGKILL');
      await victim.exited;
      store.clearFaults();
    });
    afterAll(async () => {
      survivor.kill('SIGTERM');
      await survivor.exited;
      await Promise.all([redis.stop(), store.stop()]);
      rmSync(folder, { recursive: true, force: true });
    });

    const post = async (
      service: ServiceProcess,
      path: string,
      body: object,
      key: string,
    ): Promise<Answer> => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': key };
      const init = { method: 'POST', headers, body: JSON.stringify(body) };
      const answer = await fetch(`${service.url}/api/secrets${path}`, init);
      return {
        status: answer.status,
        body: (await answer.json()) as Record<string, unknown>,
        isReplayed: answer.headers.get('idempotency-replayed') === 'true',
      };
    };
    /** As a client does that was told that the request is under way. */
    const untilAnswered = async (path: string, body: object, key: string): Promise<Answer> => {
      for (const endsAt = Date.now() + 20_000; Date.now() < endsAt; await sleep(100)) {
        const answer = await post(survivor, path, body, key);
        if (answer.body['code'] !== 'IDEMPOTENCY_IN_PROGRESS') return answer;
      }
      throw new Error('the request was under way for ever');
    };
    const killedOver = async (path: string, body: object, key: string, reached: RegExp): Promise<void> => {
      const before = store.calls.length;
      const lost = post(victim, path, body, key).catch(() => 'no answer');
      const isReached = (): boolean =>
        store.calls.slice(before).some(({ method, path: asked }) => reached.test(`${method} ${asked}`));
      for (const endsAt = Date.now() + 10_000; !isReached() && Date.now() < endsAt;) await sleep(20);
      expect(isReached()).toBe(true);
      await sleep(50);
      victim.kill('SIGKILL');
      expect(await lost).toBe('no answer');
    };
    const versionsOf = async (uri: string): Promise<unknown[]> => {
      const answer = await fetch(`${survivor.url}/api/secrets/versions?uri=${encodeURIComponent(uri)}`);
      return ((await answer.json()) as { versions: unknown[] }).versions;
    };

    it.each([
      ['before the store has written', 'silence', { token: 'a' }, ''],
      ['when the store has written', 'silence-after', { token: 'b' }, ''],
      ['over one key, before', 'silence', 'c', '#token'],
      ['over one key, after', 'silence-after', 'd', '#token'],
    ] as const)(
      'counts once %s',
      async (name, kind, value, fragment = '') => {
        const secret = `${BASE}/${name.replaceAll(/\W+/g, '-')}`;
        await post(survivor, '', { uri: secret, value: { token: '0', other: '1' } }, `first ${name}`);
        const body = { uri: secret + fragment, value };
        store.inject({ kind }, { match: /^POST .*\/data\/crash/ });
        await killedOver('', body, name, /^POST .*\/data\/crash/);
        const answer = await untilAnswered('', body, name);
        expect([answer.status, answer.body]).toEqual([
          200,
          { uri: secret + fragment, version: 2, created: false },
        ]);
        expect(await versionsOf(secret)).toHaveLength(2);
        const again = await post(survivor, '', body, name);
        expect([again.body, again.isReplayed]).toEqual([answer.body, true]);
      },
      40_000,
    );

    it('tells a new secret as new, though the process before had made it', async () => {
      const uri = `${BASE}/created`;
      const body = { uri, value: { a: 1 } };
      store.inject({ kind: 'silence-after' }, { match: /^POST .*\/data\/crash/ });
      await killedOver('', body, 'created', /^POST .*\/data\/crash/);
      const answer = await untilAnswered('', body, 'created');
      expect([answer.status, answer.body]).toEqual([201, { uri, version: 1, created: true }]);
    }, 40_000);

    it('does what is left of a move, and copies nothing twice', async () => {
      const [fromUri, toUri] = [`${BASE}/from`, `${BASE}/to`];
      await post(survivor, '', { uri: fromUri, value: { a: 'moved' } }, 'a source');
      store.inject({ kind: 'silence' }, { match: /^(POST|DELETE) .*\/(delete|data)\/crash\/from/ });
      const body = { fromUri, toUri };
      await killedOver('/move', body, 'a move', /^(POST|DELETE) .*\/(delete|data)\/crash\/from/);
      const answer = await untilAnswered('/move', body, 'a move');
      expect([answer.status, answer.body]).toEqual([201, { fromUri, toUri, version: 1 }]);
      expect([await versionsOf(fromUri), await versionsOf(toUri)]).toMatchObject([
        [{ state: 'deleted' }],
        [{ state: 'live' }],
      ]);
      expect(await versionsOf(toUri)).toHaveLength(1);
    }, 40_000);

    it('calls a move done whose source went before the process died', async () => {
      const [fromUri, toUri] = [`${BASE}/gone-from`, `${BASE}/gone-to`];
      await post(survivor, '', { uri: fromUri, value: { a: 'moved' } }, 'another source');
      store.inject(
        { kind: 'silence-after' },
        { match: /^(POST|DELETE) .*\/(delete|data)\/crash\/gone-from/ },
      );
      const body = { fromUri, toUri };
      await killedOver('/move', body, 'a done move', /^(POST|DELETE) .*\/(delete|data)\/crash\/gone-from/);
      const answer = await untilAnswered('/move', body, 'a done move');
      expect([answer.status, answer.body]).toEqual([201, { fromUri, toUri, version: 1 }]);
      expect(await versionsOf(toUri)).toHaveLength(1);
    }, 40_000);

    it('does what is left of a bulk, and nothing twice', async () => {
      const uris = Array.from({ length: 12 }, (_, index) => `${BASE}/bulk-${index}`);
      const operations = uris.map((uri) => ({ op: 'set', uri, value: { of: uri } }));
      const last = /^POST .*\/data\/crash\/bulk-11/;
      store.inject({ kind: 'silence-after' }, { match: last });
      store.inject({ kind: 'silence' }, { match: /^POST .*\/data\/crash\/bulk-5/ });
      await killedOver('/bulk', { operations }, 'a bulk', last);
      const answer = await untilAnswered('/bulk', { operations }, 'a bulk');
      expect([answer.status, answer.body]).toMatchObject([200, { succeeded: 12, failed: 0 }]);
      for (const uri of uris) expect(await versionsOf(uri)).toHaveLength(1);
    }, 40_000);

    it('refuses and does nothing while Redis is away, and goes on when it is back', async () => {
      const uri = `${BASE}/away`;
      await redis.kill();
      const refused = await post(survivor, '', { uri, value: { a: 1 } }, 'away');
      expect([refused.status, refused.body['code']]).toEqual([503, 'STATE_UNAVAILABLE']);
      await redis.startAgain();
      for (const endsAt = Date.now() + 10_000; Date.now() < endsAt; await sleep(100)) {
        if ((await post(survivor, '', { uri, value: { a: 1 } }, 'away')).status === 201) break;
      }
      expect(await versionsOf(uri)).toHaveLength(1);
    }, 40_000);
  });
});
