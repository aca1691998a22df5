import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { codeOf } from './provider-bench.js';
import { describeOnRedis } from '../support/redis/describe-on-redis.js';
import { RedisProcess } from '../support/redis/redis-process.js';
import type { RedisTls } from '../support/redis/redis-process.js';
import { startRedisState } from '../support/redis/start-redis-state.js';
import { TLS_CERT, TLS_KEY } from '../unit/providers/kv2/tls-pair.js';

const LIFE_MS = 60_000;

describeOnRedis('shared state on servers of all kinds', (title) => {
  describe(title, () => {
    const servers: RedisProcess[] = [];
    const start = async (parameters: string[] = [], tls?: RedisTls): Promise<RedisProcess> => {
      const server = await RedisProcess.start(parameters, tls);
      servers.push(server);
      return server;
    };
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'redis-spec-'));
    });
    afterEach(async () => {
      await Promise.all(servers.splice(0).map((server) => server.stop()));
    });
    afterAll(() => {
      rmSync(folder, { recursive: true });
    });
    const write = (name: string, text: string): string => {
      const path = join(folder, name);
      writeFileSync(path, text);
      return path;
    };
    /** Health, and what was logged. */
    const tryOut = async (env: Record<string, string>): Promise<[boolean, readonly string[]]> => {
      const { state, lines } = await startRedisState(env);
      const isHealthy = await state.checkHealth();
      state.close();
      return [isHealthy, lines];
    };

    it('gives every key a prefix and a life, and keeps no more than it was given', async () => {
      const redis = await start();
      const { state } = await startRedisState({ REDIS_URL: redis.url });
      await state.claimOnce('k1', LIFE_MS);
      await state.putGrant('k2', { decisionId: 'd', uses: 3, ttlMs: LIFE_MS }, new Map([['s', 0]]));
      await state.takeGrantUse('k2');
      await state.endScope('k3', LIFE_MS);
      await state.endScope('k3', LIFE_MS);
      await state.remember('k4', 'text', LIFE_MS);
      await state.count('k5', LIFE_MS);
      await state.count('k5', LIFE_MS);
      await state.checkHealth();
      state.close();
      const looker = new Redis(redis.url);
      const keys = (await looker.keys('*')).sort();
      const lives = await Promise.all(keys.map((key) => looker.pttl(key)));
      await looker.quit();
      expect(keys).toEqual([
        'secrets-api:c:k5',
        'secrets-api:g:k2',
        'secrets-api:health',
        'secrets-api:o:k1',
        'secrets-api:s:k3',
        'secrets-api:t:k4',
      ]);
      expect(lives.filter((life) => life <= 0 || life > LIFE_MS)).toEqual([]);
    });

    it('tells a password by URL or by itself, with characters that a URL has to encode', async () => {
      const redis = await start(['--requirepass', 'p@ss/w:rd#%']);
      const file = write('password', 'p@ss/w:rd#%\n');
      const inUrl = redis.url.replace('//', `//:${encodeURIComponent('p@ss/w:rd#%')}@`);
      expect(await tryOut({ REDIS_URL: inUrl })).toEqual([true, []]);
      expect(await tryOut({ REDIS_URL_FILE: write('url', inUrl) })).toEqual([true, []]);
      expect(await tryOut({ REDIS_URL: redis.url, REDIS_PASSWORD: 'p@ss/w:rd#%' })).toEqual([true, []]);
      expect(await tryOut({ REDIS_URL: redis.url, REDIS_PASSWORD_FILE: file })).toEqual([true, []]);
      const [without, linesWithout] = await tryOut({ REDIS_URL: redis.url });
      const [wrong, linesWrong] = await tryOut({ REDIS_URL: redis.url, REDIS_PASSWORD: 'wrong-one' });
      expect([without, wrong]).toEqual([false, false]);
      expect([linesWithout, linesWrong]).toEqual([
        ['the shared state in Redis cannot be used: NOAUTH'],
        ['the shared state in Redis cannot be used: WRONGPASS'],
      ]);
    });

    it('knows a user with no more than the rights it needs, and the number of a database', async () => {
      const redis = await start();
      const admin = new Redis(redis.url);
      const rights =
        '+set +exists +get +mget +del +hset +hgetall +hincrby +pexpire +pttl +incr +evalsha +eval +time';
      const rule = `on >secret ~secrets-api:* ${rights} +select +info`.split(' ');
      await admin.call('ACL', 'SETUSER', 'api', ...rule);
      const address = redis.url.replace('//', '//api:secret@');
      const { state, lines } = await startRedisState({ REDIS_URL: `${address}/3` });
      await state.putGrant('k', { decisionId: 'd', uses: 1, ttlMs: LIFE_MS }, await state.readScopes(['s']));
      expect(await state.takeGrantUse('k')).toBe('d');
      await state.endScope('s', LIFE_MS);
      await state.remember('t', 'x', LIFE_MS);
      expect(await state.recall('t')).toBe('x');
      expect((await state.count('c', LIFE_MS)).total).toBe(1);
      expect(await state.claimOnce('o', LIFE_MS)).toBe(true);
      state.close();
      await admin.select(3);
      expect(await admin.exists('secrets-api:o:o')).toBe(1);
      await admin.quit();
      expect(lines).toEqual([]);
    });

    it('speaks TLS and trusts nobody but the given authorities', async () => {
      const tls = { certPath: write('cert.pem', TLS_CERT), keyPath: write('key.pem', TLS_KEY) };
      const redis = await start([], tls);
      const byName = redis.url.replace('127.0.0.1', 'localhost');
      expect(redis.url).toMatch(/^rediss:/);
      expect(await tryOut({ REDIS_URL: redis.url, REDIS_CA_CERT: tls.certPath })).toEqual([true, []]);
      expect(await tryOut({ REDIS_URL: byName, REDIS_CA_CERT: tls.certPath })).toEqual([true, []]);
      expect(await tryOut({ REDIS_URL: redis.url })).toEqual([
        false,
        ['the shared state in Redis cannot be used: DEPTH_ZERO_SELF_SIGNED_CERT'],
      ]);
      const byOtherName = redis.url.replace('127.0.0.1', '127.0.0.2');
      const [isTrusted] = await tryOut({ REDIS_URL: byOtherName, REDIS_CA_CERT: tls.certPath });
      expect(isTrusted).toBe(false);
    });

    it('refuses on a replica, which answers a PING all the same', async () => {
      const redis = await start();
      const replica = await start(['--replicaof', '127.0.0.1', String(redis.port)]);
      const { state, lines } = await startRedisState({ REDIS_URL: replica.url });
      expect(await codeOf(state.claimOnce('k', LIFE_MS))).toBe('STATE_UNAVAILABLE');
      expect(await state.checkHealth()).toBe(false);
      state.close();
      expect(lines[0]).toBe('the shared state in Redis cannot be used: READONLY');
    });

    it('refuses what a full server has no room for, and warns of one that would forget', async () => {
      const full = await start(['--maxmemory', '1']);
      const { state, lines } = await startRedisState({ REDIS_URL: full.url });
      expect(await codeOf(state.claimOnce('k', LIFE_MS))).toBe('STATE_UNAVAILABLE');
      expect(await codeOf(state.putGrant('k', { decisionId: 'd', uses: 1, ttlMs: 9 }, new Map()))).toBe(
        'STATE_UNAVAILABLE',
      );
      state.close();
      expect(lines).toEqual(['the shared state in Redis cannot be used: OOM']);
      const forgetful = await start(['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru']);
      const [isHealthy, warnings] = await tryOut({ REDIS_URL: forgetful.url });
      expect(isHealthy).toBe(true);
      expect(warnings).toEqual([expect.stringContaining('maxmemory-policy allkeys-lru')]);
    });
  });
});
