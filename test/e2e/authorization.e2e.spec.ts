import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';
import { startKv2Server } from '../support/kv2-server/kv2-server.js';
import type { Kv2Server } from '../support/kv2-server/kv2-server.js';

const POLICIES = `
@id("writers")
permit (principal, action in [Action::"write", Action::"owner_update"], resource);
@id("readers")
@max_uses("3") @ttl_seconds("60")
permit (principal == User::"anonymous", action == Action::"read", resource in Folder::"openbao+kv2://secret/app");
@id("owned")
permit (principal, action == Action::"rotate", resource)
when { context.resource_attributes has owner && context.resource_attributes.owner == "team-a" };
@id("listing")
permit (principal, action == Action::"read_metadata", resource)
unless { resource.path like "app/hidden*" };
`;

/** A platform team puts a policy in front of its stores. */
describe('authorization by Cedar', () => {
  const folder = mkdtempSync(join(tmpdir(), 'secrets-api-policies-'));
  let store: Kv2Server;
  let running: RunningApp;

  beforeAll(async () => {
    writeFileSync(join(folder, 'platform.cedar'), POLICIES);
    store = await startKv2Server();
    running = await createApp({
      OPENBAO_URL: store.url,
      OPENBAO_TOKEN: store.rootToken,
      ENABLE_AUTHORIZATION: 'true',
      PDP_ENGINE: 'cedar',
      PDP_POLICY_DIR: folder,
    });
    for (const name of ['app/a', 'app/hidden', 'app/z', 'other/a']) {
      await running.http
        .post('/api/secrets')
        .send({ uri: `openbao+kv2://secret/${name}`, value: { k: name } })
        .expect(201);
    }
  });
  afterAll(async () => {
    await running.close();
    await store.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const read = (path: string) =>
    running.http.get('/api/secrets/value').query({ uri: `openbao+kv2://secret/${path}` });
  const rotate = (path: string) =>
    running.http.post('/api/secrets/rotate').send({ uri: `openbao+kv2://secret/${path}`, value: { k: 1 } });
  const lastRecord = () => running.records.at(-1);

  it('denies what no policy permits, before any store is called', async () => {
    store.clearCalls();
    const { body } = await read('other/a').expect(403);
    expect(body).toMatchObject({ code: 'SECRET_AUTHZ_FAILED', purpose: 'read' });
    expect(body.decision_id).toEqual(expect.any(String));
    expect(store.calls).toEqual([]);
    expect(lastRecord()).toMatchObject({
      effect: 'deny',
      code: 'SECRET_AUTHZ_FAILED',
      decision_id: body.decision_id,
    });
  });

  it('tells a denied caller the same whether or not the secret is there', async () => {
    const answers = [await read('other/a'), await read('other/none')];
    const seen = answers.map(({ status, headers, body }) => {
      const {
        correlation_id: _correlation,
        decision_id: _decision,
        ...problem
      } = body as Record<string, unknown>;
      const names = Object.keys(headers).sort();
      return { status, problem, names, length: headers['content-length'] };
    });
    expect(seen[0]).toEqual(seen[1]);
  });

  it('uses a permit up as often as its policy says, under one decision id, and asks anew after that', async () => {
    const ids: unknown[] = [];
    for (let use = 0; use < 4; use += 1) {
      await read('app/a').expect(200);
      ids.push(lastRecord()?.decision_id);
    }
    expect(new Set(ids.slice(0, 3)).size).toBe(1);
    expect(ids[3]).not.toBe(ids[0]);
  });

  it('takes a grant on a secret for none on its keys, and asks for each', async () => {
    await read('app/z#k').expect(200, { value: 'app/z' });
    const keyId = lastRecord()?.decision_id;
    await read('app/z').expect(200);
    expect(lastRecord()?.decision_id).not.toBe(keyId);
  });

  it('reads facts from the store where a policy looks at them, and only there', async () => {
    await rotate('app/a').expect(403);
    await sleep(5_100);
    await running.http
      .post('/api/secrets/metadata/owner')
      .send({ uri: 'openbao+kv2://secret/app/a', owner: 'team-a' })
      .expect(200);
    await rotate('app/a').expect(200);
    await read('app/z').expect(200);
    store.clearCalls();
    await read('app/z').expect(200);
    expect(store.calls.map(({ method }) => method)).toEqual(['GET']);
  }, 20_000);

  it('ends the grants on a secret when its owner changes', async () => {
    await read('app/z').expect(200);
    await running.http
      .post('/api/secrets/metadata/owner')
      .send({ uri: 'openbao+kv2://secret/app/z', owner: 'team-b' })
      .expect(200);
    const before = running.records.filter(({ event }) => event === 'secret.read').at(-1)?.decision_id;
    await read('app/z').expect(200);
    expect(lastRecord()?.decision_id).not.toBe(before);
  });

  it('lists what the caller may see and nothing else', async () => {
    const { body } = await running.http
      .get('/api/secrets/metadata')
      .query({ prefix: 'openbao+kv2://secret/app/' })
      .expect(200);
    const { items } = body as { items: { uri: string }[] };
    expect(items.map(({ uri }) => uri)).toEqual(['openbao+kv2://secret/app/a', 'openbao+kv2://secret/app/z']);
  });

  it('follows a change of policy within five seconds, for grants too, and keeps the old set where the new one is broken', async () => {
    await read('app/a');
    writeFileSync(
      join(folder, 'platform.cedar'),
      `${POLICIES}\n@id("closed") forbid (principal, action == Action::"read", resource);`,
    );
    await sleep(4_000);
    await read('app/a').expect(403);
    writeFileSync(join(folder, 'platform.cedar'), 'permit (');
    await sleep(3_000);
    await read('app/a').expect(403);
    writeFileSync(join(folder, 'platform.cedar'), POLICIES);
    await sleep(4_000);
    await read('app/a').expect(200);
  }, 30_000);
});

describe('authorization that could ask nobody', () => {
  it.each([
    [{ ENABLE_AUTHORIZATION: 'true' }, /PDP_ENGINE/],
    [{ ENABLE_AUTHORIZATION: 'true', PDP_ENGINE: 'cedar' }, /PDP_POLICY_DIR/],
    [{ ENABLE_AUTHORIZATION: 'true', PDP_ENGINE: 'authzen' }, /PDP_URL/],
    [{ ENABLE_AUTHORIZATION: 'true', PDP_ENGINE: 'opa' }, /PDP_ENGINE/],
  ])('stops the start: %p', async (env, message) => {
    await expect(createApp(env)).rejects.toThrow(message);
  });

  it('stops the start at a broken policy, and names file and line', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'secrets-api-policies-'));
    writeFileSync(join(folder, 'broken.cedar'), '\npermit (principal, action,');
    const start = createApp({ ENABLE_AUTHORIZATION: 'true', PDP_ENGINE: 'cedar', PDP_POLICY_DIR: folder });
    await expect(start).rejects.toThrow(/broken\.cedar.*[23]/s);
    rmSync(folder, { recursive: true, force: true });
  });
});
