import type { StoreCaseContext } from './kv2-store.contract.js';

/** Mounts of both versions and their settings, namespaces, health and seal. */
export function describeStoreMounts({ store, newName }: StoreCaseContext): void {
  it('tells the version of a mount', async () => {
    await store().mountKv1('told-1');
    await store().mountKv2('told-2');
    for (const [mount, version] of [
      ['told-1', '1'],
      ['told-2', '2'],
      ['secret', '2'],
    ]) {
      for (const asked of [mount, `${mount}/`, `${mount}/some/name`]) {
        const told = await store().request('GET', `/sys/internal/ui/mounts/${asked}`);
        expect(told.data).toMatchObject({ type: 'kv', path: `${mount}/`, options: { version } });
      }
    }
  });

  it('tells it to a token that may do anything in the mount, and to no other', async () => {
    await store().mountKv2('seen');
    await store().writePolicy('sees', 'path "seen/data/deep/*" { capabilities = ["read"] }');
    const token = await store().createToken({ policies: ['sees'] });
    const ask = (mount: string) =>
      store().request('GET', `/sys/internal/ui/mounts/${mount}`, undefined, { token });
    expect((await ask('seen')).status).toBe(200);
    for (const mount of ['secret', 'no-such-mount']) {
      const refused = await ask(mount);
      expect(refused.status).toBe(403);
      expect(refused.errors[0]).toMatch(/^preflight capability check returned 403, /);
    }
  });

  it('answers 404 with a text for a mount that is not there', async () => {
    const read = await store().request('GET', '/no-such-mount/data/x');
    expect(read.status).toBe(404);
    expect(read.errors).toEqual(['no handler for route "no-such-mount/data/x". route entry not found.']);
  });

  it('takes data paths on a mount of version 1 without a word', async () => {
    await store().mountKv1('one');
    const written = await store().request('POST', '/one/data/a', { data: { x: 1 }, options: { cas: 0 } });
    expect([written.status, written.text]).toEqual([204, '']);
    const read = await store().request('GET', '/one/data/a');
    expect(read.data).toEqual({ data: { x: 1 }, options: { cas: 0 } });
    expect(read.body?.lease_duration).toBe(2_764_800);
    expect((await store().request('GET', '/one/metadata/a')).status).toBe(404);
    expect((await store().request('PATCH', '/one/data/a', { data: {} })).status).toBe(405);
    expect((await store().request('GET', '/one?list=true')).data.keys).toEqual(['data/']);
    expect((await store().request('DELETE', '/one/data/a')).status).toBe(204);
    expect((await store().request('GET', '/one/data/a')).text).toBe('{"errors":[]}\n');
  });

  it('keeps settings for a mount', async () => {
    await store().mountKv2('settings');
    expect((await store().request('GET', '/settings/config')).data).toEqual({
      cas_required: false,
      delete_version_after: '0s',
      max_versions: 0,
      metadata_cas_required: false,
    });
    const changed = { max_versions: 2, cas_required: true, delete_version_after: '1h' };
    expect((await store().request('POST', '/settings/config', changed)).status).toBe(204);
    expect((await store().request('GET', '/settings/config')).data).toMatchObject({
      max_versions: 2,
      cas_required: true,
      delete_version_after: '1h0m0s',
    });
    const refused = await store().request('POST', '/settings/config', { max_versions: 'many' });
    expect(refused.errors[0]).toMatch(
      /^Field validation failed: error converting input for field "max_versions"/,
    );
  });

  it('can require check-and-set for a whole mount', async () => {
    await store().mountKv2('careful');
    await store().request('POST', '/careful/config', { cas_required: true });
    for (const options of [undefined, {}]) {
      const refused = await store().request('POST', '/careful/data/x', { data: {}, options });
      expect([refused.status, refused.errors]).toEqual([
        400,
        ['check-and-set parameter required for this call'],
      ]);
    }
    const written = await store().request('POST', '/careful/data/x', { data: {}, options: { cas: 0 } });
    expect(written.data.version).toBe(1);
  });

  it('lets the greater of two max_versions hold', async () => {
    await store().mountKv2('pruned');
    await store().request('POST', '/pruned/config', { max_versions: 2 });
    await store().request('POST', '/pruned/metadata/x', { max_versions: 1 });
    for (let n = 1; n <= 4; n += 1) await store().request('POST', '/pruned/data/x', { data: { n } });
    const { data } = await store().request('GET', '/pruned/metadata/x');
    expect([Object.keys(data.versions as object), data.oldest_version]).toEqual([['3', '4'], 3]);
  });

  it('lets the smaller of two delete_version_after hold, and a negative one switch it off', async () => {
    await store().mountKv2('timed');
    await store().request('POST', '/timed/config', { delete_version_after: '1h' });
    await store().request('POST', '/timed/metadata/x', { delete_version_after: '10m' });
    const lifeOf = async () => {
      const { data } = await store().request('POST', '/timed/data/x', { data: {} });
      return Date.parse(String(data.deletion_time)) - Date.parse(String(data.created_time));
    };
    expect(await lifeOf()).toBe(600_000);
    await store().request('POST', '/timed/metadata/x', { delete_version_after: '2h' });
    expect(await lifeOf()).toBe(3_600_000);
    await store().request('POST', '/timed/config', { delete_version_after: '-1s' });
    expect(await lifeOf()).toBeNaN();
  });

  it('keeps namespaces apart, named by header or in the path', async () => {
    await store().createNamespace('team');
    const name = newName();
    const here = { namespace: 'team' };
    await store().request('POST', `/secret/data/${name}`, { data: { in: 'team' } }, here);
    expect((await store().request('GET', `/secret/data/${name}`)).status).toBe(404);
    for (const namespace of ['team', 'team/', '/team/']) {
      const read = await store().request('GET', `/secret/data/${name}`, undefined, { namespace });
      expect(read.data.data).toEqual({ in: 'team' });
    }
    expect((await store().request('GET', `/team/secret/data/${name}`)).data.data).toEqual({ in: 'team' });
  });

  it('keeps tokens and roles of a namespace inside it', async () => {
    await store().createNamespace('inner');
    const policy = { namespace: 'inner' };
    await store().writePolicy('reads', 'path "secret/data/*" { capabilities = ["read"] }', policy);
    const { roleId, secretId } = await store().createRole('app', { policies: ['reads'], namespace: 'inner' });
    const ids = { role_id: roleId, secret_id: secretId };
    expect((await store().request('POST', '/auth/approle/login', ids, { token: null })).status).not.toBe(200);
    const login = await store().request('POST', '/auth/approle/login', ids, {
      token: null,
      namespace: 'inner',
    });
    const token = (login.body as { auth: { client_token: string } }).auth.client_token;
    const inside = await store().request('GET', '/secret/data/x', undefined, { token, namespace: 'inner' });
    expect(inside.status).toBe(404);
    const outside = await store().request('GET', '/secret/data/x', undefined, { token });
    expect([outside.status, outside.errors]).toEqual([403, ['1 error occurred:\n\t* permission denied\n\n']]);
    // It lives there all the same: only its policies do not reach.
    expect((await store().request('GET', '/auth/token/lookup-self', undefined, { token })).status).toBe(200);
  });

  it('answers 404 for a namespace that is not there', async () => {
    const read = await store().request('GET', '/secret/data/x', undefined, {
      namespace: 'no-such-namespace',
    });
    expect([read.status, read.errors]).toEqual([404, ['namespace not found']]);
  });

  it('tells its health without a token', async () => {
    const health = await store().request('GET', '/sys/health', undefined, { token: null });
    expect(health.status).toBe(200);
    expect(health.body).toMatchObject({ initialized: true, sealed: false, standby: false });
    const head = await store().request('HEAD', '/sys/health', undefined, { token: null });
    expect([head.status, head.text]).toEqual([200, '']);
  });

  it('answers 503 to everything while it is sealed, and has lost nothing after that', async () => {
    const name = newName();
    await store().request('POST', `/secret/data/${name}`, { data: { kept: true } });
    await store().seal();
    try {
      const health = await store().request('GET', '/sys/health', undefined, { token: null });
      expect([health.status, health.body?.sealed]).toEqual([503, true]);
      for (const [method, path] of [
        ['GET', `/secret/data/${name}`],
        ['POST', `/secret/data/${name}`],
        ['GET', '/auth/token/lookup-self'],
        ['POST', '/auth/approle/login'],
      ]) {
        const refused = await store().request(
          String(method),
          String(path),
          method === 'POST' ? { data: {} } : undefined,
        );
        expect([refused.status, refused.errors]).toEqual([503, ['Vault is sealed']]);
      }
    } finally {
      await store().unseal();
    }
    expect((await store().request('GET', `/secret/data/${name}`)).data.data).toEqual({ kept: true });
  });
}
