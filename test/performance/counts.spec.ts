import { jest } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TokenVerifier } from '../../src/auth/token-verifier.js';
import { Metrics } from '../../src/observability/metrics.js';
import { AuditTrail } from '../../src/ports/audit-trail.port.js';
import { PolicyDecisionPoint } from '../../src/ports/policy-decision.port.js';
import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';
import { startKv2Server } from '../support/kv2-server/kv2-server.js';
import type { Kv2Server } from '../support/kv2-server/kv2-server.js';
import { TestIssuer } from '../support/oidc-provider/test-issuer.js';
import { asyncResources } from './async-resources.js';
import { KeptConnection } from './kept-connection.js';

const POLICIES = `
@id("team") @ttl_seconds("300") @max_uses("1000000")
permit (principal in Group::"team", action, resource in Folder::"openbao+kv2://secret/app");
@id("owned")
permit (principal in Group::"team", action, resource in Folder::"openbao+kv2://secret/owned")
unless { context.resource_attributes has owner && context.resource_attributes.owner == "nobody" };
@id("many")
permit (principal in Group::"team", action == Action::"read_metadata", resource in Folder::"openbao+kv2://secret/many");
`;
const URI = 'openbao+kv2://secret/app/api';
const READS = 20;
/** Of one warm read, with room for a few. Lower them with what they count. */
const PROMISES_MAX = 195;
const TIMERS_MAX = 5;
/** One for the record; the rest is the look at the policies now and then, on a machine that takes long for the reads. */
const FILE_REQUESTS_MAX = 1.5;

/**
 * What a call costs in things that can be counted, so that a regression shows on any machine and without a stopwatch.
 * Everything on: tokens, scopes, Cedar, the trail in a file. Where a change makes one of the numbers smaller, lower it.
 */
describe('what a call costs, in counts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'secrets-api-counts-'));
  // Of its own: whatever changes in it makes the service look at its policies.
  const policies = mkdtempSync(join(tmpdir(), 'secrets-api-counts-'));
  let store: Kv2Server;
  let issuer: TestIssuer;
  let running: RunningApp;
  let token: string;
  let connection: KeptConnection;

  beforeAll(async () => {
    writeFileSync(join(policies, 'team.cedar'), POLICIES);
    [store, issuer] = await Promise.all([startKv2Server(), TestIssuer.start()]);
    running = await createApp({
      OPENBAO_URL: store.url,
      OPENBAO_TOKEN: store.rootToken,
      OIDC_ISSUER: issuer.url,
      SECRETS_ENFORCE_SCOPES: 'true',
      ENABLE_AUTHORIZATION: 'true',
      PDP_ENGINE: 'cedar',
      PDP_POLICY_DIR: policies,
      AUDIT_MODE: 'required',
      AUDIT_FILE: join(folder, 'audit.jsonl'),
    });
    token = await issuer.sign({ groups: ['team'] });
    connection = new KeptConnection(running.url, { authorization: `Bearer ${token}` });
    await write(URI, { token: 'x', other: 'y' });
    await write('openbao+kv2://secret/owned/api', { token: 'x' });
    for (let i = 0; i < READS; i += 1) await read();
  });
  afterAll(async () => {
    connection.close();
    await running.close();
    await Promise.all([store.stop(), issuer.close()]);
    for (const each of [folder, policies]) rmSync(each, { recursive: true, force: true });
  });

  const read = (uri = URI): Promise<string> =>
    connection.call('GET', `/api/secrets/value?uri=${encodeURIComponent(uri)}`);
  const write = (uri: string, value: unknown): Promise<string> =>
    connection.call('POST', '/api/secrets', { uri, value });
  const rotate = (uri: string, value: unknown): Promise<string> =>
    connection.call('POST', '/api/secrets/rotate', { uri, value });
  const flushes = async (): Promise<number> => {
    const { values } = await running.app.get(Metrics).auditCommit.get();
    return values.find(({ metricName }) => metricName?.endsWith('_count'))?.value ?? 0;
  };
  const storeCallsOf = async (call: () => Promise<unknown>): Promise<number> => {
    store.clearCalls();
    await call();
    return store.calls.length;
  };

  describe('in calls to the store', () => {
    it('a warm read: one', async () => {
      expect(await storeCallsOf(() => read())).toBe(1);
    });

    it('a read of one key: one', async () => {
      await read(`${URI}#token`);
      expect(await storeCallsOf(() => read(`${URI}#token`))).toBe(1);
    });

    it('a read whose decision looks at the owner: two', async () => {
      expect(await storeCallsOf(() => read('openbao+kv2://secret/owned/api'))).toBe(2);
    });

    it.each([
      ['a write of a map', 1, () => write(URI, { token: 'z', other: 'y' })],
      ['a write of one key', 2, () => write(`${URI}#token`, 'v')],
      ['a rotation of one key', 2, () => rotate(`${URI}#token`, 'w')],
    ])('%s: at most %d', async (_title, most, call) => {
      await call();
      expect(await storeCallsOf(call)).toBeLessThanOrEqual(most);
    });

    it('a bulk of 100 maps: one for each', async () => {
      const operations = Array.from({ length: 100 }, (_, index) => ({
        op: 'set',
        uri: `openbao+kv2://secret/app/bulk-${index}`,
        value: { token: 'x' },
      }));
      const bulk = (): Promise<string> => connection.call('POST', '/api/secrets/bulk', { operations });
      await bulk();
      expect(await storeCallsOf(bulk)).toBe(100);
    });

    it('a page of a search: no more for 300 secrets than for 150', async () => {
      const seed = async (from: number): Promise<void> => {
        const paths = Array.from(
          { length: 150 },
          (_, index) => `secret/data/many/folder-${index % 30}/s-${from + index}`,
        );
        for (const path of paths) await store.request('POST', `/${path}`, { data: { k: 'v' } });
      };
      await seed(0);
      const few = await storeCallsOf(search);
      await seed(150);
      expect(await storeCallsOf(search)).toBeLessThanOrEqual(few);
    });

    const search = (): Promise<string> =>
      connection.call(
        'GET',
        `/api/secrets/search?q=s&limit=10&prefix=${encodeURIComponent('openbao+kv2://secret/many/')}`,
      );
  });

  it('asks no policy and verifies no signature on a read that has its grant', async () => {
    const decide = jest.spyOn(running.app.get(PolicyDecisionPoint), 'decide');
    const verify = jest.spyOn(running.app.get(TokenVerifier), 'verify');
    for (let i = 0; i < READS; i += 1) await read();
    expect(decide).not.toHaveBeenCalled();
    expect(verify).not.toHaveBeenCalled();
    decide.mockRestore();
    verify.mockRestore();
  });

  it('opens no further connection to the store', async () => {
    const before = store.connectionCount;
    for (let i = 0; i < READS; i += 1) await read();
    expect(store.connectionCount).toBe(before);
  });

  describe('in flushes of the trail', () => {
    it('a read: one', async () => {
      const before = await flushes();
      await read();
      expect((await flushes()) - before).toBe(1);
    });

    it('a hundred records at once: two, the first and those that gathered behind it', async () => {
      const [record] = running.records.slice(-1);
      if (record === undefined) throw new Error('no record');
      const trail = running.app.get(AuditTrail);
      const before = await flushes();
      await Promise.all(
        Array.from({ length: 100 }, (_, index) => trail.record({ ...record, id: `r-${index}` })),
      );
      expect((await flushes()) - before).toBeLessThanOrEqual(2);
    });
  });

  /** The client and the store of the test are in this process too: what a direct read of the store makes is taken off. */
  it('makes no more promises, timers and file requests for a warm read than it did', async () => {
    const path = '/v1/secret/data/app/api';
    const direct = new KeptConnection(store.url, { 'x-vault-token': store.rootToken });
    await direct.call('GET', path);
    const ofStore = await asyncResources(() => direct.call('GET', path));
    const ofRead = await asyncResources(() => read());
    direct.close();
    const made = (type: string): number => ofRead(type) - ofStore(type);
    const files = ['FSREQPROMISE', 'FSREQCALLBACK'].reduce((sum, type) => sum + made(type), 0);
    expect(made('PROMISE')).toBeLessThanOrEqual(PROMISES_MAX);
    expect(made('PROMISE')).toBeGreaterThan(0);
    expect(made('Timeout')).toBeLessThanOrEqual(TIMERS_MAX);
    expect(files).toBeLessThanOrEqual(FILE_REQUESTS_MAX);
  });
});
