import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as open } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';
import { startKv2Server } from '../support/kv2-server/kv2-server.js';
import type { Kv2Server } from '../support/kv2-server/kv2-server.js';
import { TestIssuer } from '../support/oidc-provider/test-issuer.js';

const POLICIES = `
@id("all") permit (principal, action, resource in Mount::"openbao+kv2://secret");
@id("few") @max_uses("3") @ttl_seconds("60") permit (principal, action == Action::"read", resource in Mount::"yaml://secret");
`;

/** Whoever watches the service sees in its metrics what it did. */
describe('metrics', () => {
  const folder = mkdtempSync(join(tmpdir(), 'secrets-api-metrics-'));
  let store: Kv2Server;
  let issuer: TestIssuer;
  let running: RunningApp;
  let token: string;

  beforeAll(async () => {
    writeFileSync(join(folder, 'p.cedar'), POLICIES);
    [store, issuer] = await Promise.all([startKv2Server(), TestIssuer.start()]);
    running = await createApp({
      ...issuer.env,
      OPENBAO_URL: store.url,
      OPENBAO_TOKEN: store.rootToken,
      ENABLE_AUTHORIZATION: 'true',
      PDP_ENGINE: 'cedar',
      PDP_POLICY_DIR: folder,
      AUDIT_FILE: join(folder, 'audit.jsonl'),
      BUILD_REVISION: '4e5d030',
    });
    token = await issuer.sign({ sub: 'somebody' });
  });
  afterAll(async () => {
    await running.close();
    await Promise.all([store.stop(), issuer.close()]);
    rmSync(folder, { recursive: true, force: true });
  });

  const read = (uri: string) =>
    running.http.get('/api/secrets/value').query({ uri }).set('Authorization', `Bearer ${token}`);
  /** The value of a series, by its name with its labels as they are printed; 0 where it is not there. */
  const valueOf = async (series: string): Promise<number> => {
    const { text } = await running.http.get('/metrics').expect(200);
    const line = text.split('\n').find((each) => each.startsWith(`${series} `));
    return Number(line?.slice(series.length + 1) ?? 0);
  };
  /** How much each series rose while something was done. */
  const risesOf = async (names: readonly string[], act: () => Promise<unknown>): Promise<number[]> => {
    const before = await Promise.all(names.map(valueOf));
    await act();
    const after = await Promise.all(names.map(valueOf));
    return after.map((value, index) => value - (before[index] ?? 0));
  };

  it('name the version, the commit and the Node', async () => {
    const { text } = await running.http.get('/metrics');
    expect(text).toMatch(
      new RegExp(
        `^secrets_build_info\\{version="\\d+\\.\\d+\\.\\d+",revision="4e5d030",node="${process.versions.node}"\\} 1$`,
        'm',
      ),
    );
  });

  it('count a verified token that is known and one that is not', async () => {
    const names = ['hit', 'miss'].map((result) => `secrets_token_cache_lookups_total{result="${result}"}`);
    token = await issuer.sign({ sub: 'somebody else' });
    const rises = await risesOf(names, async () => {
      for (let call = 0; call < 3; call += 1) await read('yaml://secret/none');
    });
    expect(rises).toEqual([2, 1]);
  });

  it('count grants that are made and used, and time what was asked', async () => {
    const names = [
      'secrets_grants_total{event="made"}',
      'secrets_grants_total{event="used"}',
      'secrets_policy_decisions_total{engine="cedar",outcome="grant"}',
      'secrets_policy_decision_duration_seconds_count{engine="cedar"}',
    ];
    const rises = await risesOf(names, async () => {
      for (let call = 0; call < 3; call += 1) await read('yaml://secret/granted').expect(404);
    });
    expect(rises).toEqual([1, 2, 2, 1]);
  });

  it('count a grant that a change of owner ends', async () => {
    const uri = 'openbao+kv2://secret/owned';
    const bearer = { Authorization: `Bearer ${token}` };
    await running.http
      .post('/api/secrets')
      .set(bearer)
      .send({ uri, value: { k: 1 } })
      .expect(201);
    const rises = await risesOf(['secrets_grants_total{event="ended"}'], () =>
      running.http.post('/api/secrets/metadata/owner').set(bearer).send({ uri, owner: 'team-a' }).expect(200),
    );
    expect(rises).toEqual([1]);
  });

  it('count a denial that is remembered once, and each request by its code', async () => {
    const names = [
      'secrets_policy_denials_cached_total',
      'secrets_policy_decisions_total{engine="cedar",outcome="denial"}',
      'secrets_http_errors_total{code="SECRET_AUTHZ_FAILED"}',
    ];
    const rises = await risesOf(names, async () => {
      for (let call = 0; call < 3; call += 1) {
        await running.http
          .post('/api/secrets')
          .set('Authorization', `Bearer ${token}`)
          .send({ uri: 'yaml://secret/denied', value: { k: 1 } })
          .expect(403);
      }
    });
    expect(rises).toEqual([1, 2, 3]);
  });

  it('count what has not happened yet as 0, so that the first time shows', async () => {
    const { text } = await running.http.get('/metrics');
    expect(text).toMatch(/^secrets_http_errors_total\{code="AUDIT_UNAVAILABLE"\} 0$/m);
    expect(text).toMatch(/^secrets_audit_records_total\{outcome="failed"\} 0$/m);
    expect(text).toMatch(/^secrets_policy_decisions_total\{engine="cedar",outcome="none"\} 0$/m);
    expect(text).toMatch(/^secrets_metadata_stamp_failures_total\{provider="openbao\+kv2"\} 0$/m);
  });

  it('time how long a record waited for its file', async () => {
    const rises = await risesOf(
      ['secrets_audit_wait_duration_seconds_count', 'secrets_audit_records_total{outcome="kept"}'],
      () => read('yaml://secret/none'),
    );
    expect(rises).toEqual([1, 1]);
  });

  it('know when the keys were fetched', async () => {
    const age = Date.now() / 1000 - (await valueOf('secrets_idp_keys_last_success_timestamp_seconds'));
    expect(age).toBeGreaterThanOrEqual(0);
    expect(age).toBeLessThan(600);
  });

  it('say when the policies cannot be used, and when they can again', async () => {
    const isStale = async (expected: number): Promise<number> => {
      let stale = Number.NaN;
      for (const end = Date.now() + 20_000; stale !== expected && Date.now() < end; await sleep(100))
        stale = await valueOf('secrets_policies_stale');
      return stale;
    };
    expect(await isStale(0)).toBe(0);
    writeFileSync(join(folder, 'p.cedar'), 'permit (');
    expect(await isStale(1)).toBe(1);
    expect(await valueOf('secrets_policy_loads_total{outcome="failed"}')).toBe(1);
    writeFileSync(join(folder, 'p.cedar'), POLICIES);
    expect(await isStale(0)).toBe(0);
  });

  it('count requests that are under way, also those whose caller hangs up', async () => {
    expect(await valueOf('secrets_http_requests_in_flight')).toBe(1);
    const { hostname, port } = new URL(running.url);
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': 9,
    };
    const stuck = open({ hostname, port, path: '/api/secrets', method: 'POST', headers });
    stuck.on('error', () => undefined).write('{');
    const reaches = async (expected: number): Promise<number> => {
      let value = Number.NaN;
      for (const end = Date.now() + 10_000; value !== expected && Date.now() < end; await sleep(20))
        value = await valueOf('secrets_http_requests_in_flight');
      return value;
    };
    expect(await reaches(2)).toBe(2);
    stuck.destroy();
    expect(await reaches(1)).toBe(1);
  });

  it('keep labels to what the service knows, whatever is asked', async () => {
    const before = (await running.http.get('/metrics')).text.match(
      /^secrets_http_requests_total\{/gm,
    )?.length;
    const { hostname, port } = new URL(running.url);
    for (const method of ['PURGE', 'M-SEARCH', 'PROPFIND', 'LINK']) {
      for (const path of [`/${method}`, `/api/secrets/${method}`]) {
        await new Promise((resolve) =>
          open({ hostname, port, path, method }, (answer) => answer.resume().on('end', resolve)).end(),
        );
      }
    }
    const { text } = await running.http.get('/metrics');
    expect(text).not.toMatch(/PURGE|M-SEARCH/);
    expect(text).toMatch(/^secrets_http_requests_total\{method="_OTHER",route="none",status="\d+"\} \d+$/m);
    expect(text.match(/^secrets_http_requests_total\{/gm)?.length).toBeLessThanOrEqual((before ?? 0) + 4);
  });

  it('say how busy the event loop is', async () => {
    const ratio = await valueOf('secrets_event_loop_utilization_ratio');
    expect(ratio).toBeGreaterThan(0);
    expect(ratio).toBeLessThanOrEqual(1);
  });
});
