import type { StoreCaseContext } from './kv2-store.contract.js';

const DEAD_TOKEN = [403, ['permission denied']];
const POLICY_DENIAL = [403, ['1 error occurred:\n\t* permission denied\n\n']];

/** Tokens and policies: every fault of a token is a 403. */
export function describeStoreAccess({ store, newName }: StoreCaseContext): void {
  const tokenFor = async (rules: string): Promise<string> => {
    const policy = newName().replace('/', '-');
    await store().writePolicy(policy, rules);
    return store().createToken({ policies: [policy] });
  };

  it.each([
    ['no token', null],
    ['an empty token', ''],
    ['an unknown token', 's.unknown'],
  ])('answers 403 to %s', async (_title, token) => {
    for (const path of ['/secret/data/x', '/auth/token/lookup-self', '/sys/internal/ui/mounts/secret']) {
      const refused = await store().request('GET', path, undefined, { token });
      expect([refused.status, refused.errors]).toEqual(DEAD_TOKEN);
    }
  });

  it('answers 403 to a token that was revoked', async () => {
    const token = await store().createToken({ policies: ['default'] });
    await store().revokeToken(token);
    for (const [method, path] of [
      ['GET', '/auth/token/lookup-self'],
      ['POST', '/auth/token/renew-self'],
      ['GET', '/secret/data/x'],
    ]) {
      const refused = await store().request(String(method), String(path), undefined, { token });
      expect([refused.status, refused.errors]).toEqual(DEAD_TOKEN);
    }
  });

  it('answers 403 to a token whose time is over', async () => {
    const token = await store().createToken({ policies: ['default'], ttl: '1s' });
    expect((await store().request('GET', '/auth/token/lookup-self', undefined, { token })).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    const refused = await store().request('GET', '/auth/token/lookup-self', undefined, { token });
    expect([refused.status, refused.errors]).toEqual(DEAD_TOKEN);
  });

  it('answers 403 to what a policy does not allow, and lets the token look itself up', async () => {
    const token = await tokenFor('path "secret/data/allowed/*" { capabilities = ["read"] }');
    const calls: [string, string, unknown][] = [
      ['GET', '/secret/data/other', undefined],
      ['POST', '/secret/data/allowed/x', { data: {} }],
      ['PATCH', '/secret/data/allowed/x', { data: {} }],
      ['DELETE', '/secret/data/allowed/x', undefined],
      ['GET', '/secret/metadata/allowed?list=true', undefined],
      ['GET', '/no-such-mount/data/x', undefined],
    ];
    for (const [method, path, body] of calls) {
      const refused = await store().request(method, path, body, { token });
      expect([refused.status, refused.errors]).toEqual(POLICY_DENIAL);
    }
    const allowed = await store().request('GET', '/secret/data/allowed/x', undefined, { token });
    expect([allowed.status, allowed.text]).toEqual([404, '{"errors":[]}\n']);
    expect((await store().request('GET', '/auth/token/lookup-self', undefined, { token })).status).toBe(200);
  });

  it('lets a token without the default policy not even look itself up', async () => {
    await store().writePolicy('bare', 'path "secret/data/bare" { capabilities = ["read"] }');
    const token = await store().createToken({ policies: ['bare'], noDefaultPolicy: true });
    const refused = await store().request('GET', '/auth/token/lookup-self', undefined, { token });
    expect([refused.status, refused.errors]).toEqual(POLICY_DENIAL);
    expect((await store().request('GET', '/secret/data/bare', undefined, { token })).status).toBe(404);
  });

  it('tells create from update', async () => {
    const folder = newName();
    const creator = await tokenFor(`path "secret/data/${folder}/*" { capabilities = ["create"] }`);
    const updater = await tokenFor(`path "secret/data/${folder}/*" { capabilities = ["update"] }`);
    const write = (token: string) =>
      store().request('POST', `/secret/data/${folder}/x`, { data: {} }, { token });
    expect((await write(updater)).status).toBe(403);
    expect((await write(creator)).status).toBe(200);
    expect((await write(creator)).status).toBe(403);
    expect((await write(updater)).status).toBe(200);
  });

  it('knows deny, a wildcard for one segment, and the more exact rule', async () => {
    const folder = newName();
    const token = await tokenFor(`
      path "secret/data/${folder}/*" { capabilities = ["read"] }
      path "secret/data/${folder}/closed/*" { capabilities = ["deny"] }
      path "secret/metadata/+/${folder.split('/')[1]}/*" { capabilities = ["list"] }
    `);
    const statusOf = async (path: string) =>
      (await store().request('GET', path, undefined, { token })).status;
    expect(await statusOf(`/secret/data/${folder}/open`)).toBe(404);
    expect(await statusOf(`/secret/data/${folder}/closed/x`)).toBe(403);
    expect(await statusOf(`/secret/metadata/${folder}/x?list=true`)).toBe(404);
    expect(await statusOf(`/secret/metadata/${folder}/x`)).toBe(403);
  });

  it('wants its own capability for a SCAN', async () => {
    const folder = newName();
    const lister = await tokenFor(`path "secret/metadata/${folder}/*" { capabilities = ["list"] }`);
    const scanner = await tokenFor(`path "secret/metadata/${folder}/*" { capabilities = ["scan"] }`);
    const scan = (token: string) =>
      store().request('GET', `/secret/metadata/${folder}?scan=true`, undefined, { token });
    expect((await scan(lister)).status).toBe(403);
    expect((await scan(scanner)).status).toBe(200);
  });

  it('takes a token as bearer too', async () => {
    const headers = { Authorization: `Bearer ${store().rootToken}` };
    const read = await store().request('GET', `/secret/data/${newName()}`, undefined, {
      token: null,
      headers,
    });
    expect(read.status).toBe(404);
  });

  it('looks at a body before it looks at the token', async () => {
    const refused = await store().request('POST', `/secret/data/${newName()}`, '{broken', { token: null });
    expect(refused.status).toBe(400);
  });
}
