import type { StoreAnswer } from '../support/kv2-server/store-http.js';
import type { StoreCaseContext } from './kv2-store.contract.js';

interface Auth {
  client_token: string;
  lease_duration: number;
  renewable: boolean;
  policies: string[];
}

/** AppRole and the life of a token: login, renewal, the end that no renewal passes. */
export function describeStoreLogin({ store }: StoreCaseContext): void {
  let roles = 0;
  const newRole = (times: { tokenTtl?: string; tokenMaxTtl?: string; secretIdNumUses?: number } = {}) => {
    roles += 1;
    return store().createRole(`role-${roles}`, { policies: ['default'], ...times });
  };
  const logIn = (roleId?: string, secretId?: string) =>
    store().request('POST', '/auth/approle/login', { role_id: roleId, secret_id: secretId }, { token: null });
  const authOf = (answer: StoreAnswer): Auth => (answer.body as { auth: Auth }).auth;
  const renew = (token: string, body: unknown = {}) =>
    store().request('POST', '/auth/token/renew-self', body, { token });
  const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  it('gives a token for a role id and a secret id', async () => {
    const { roleId, secretId } = await newRole({ tokenTtl: '20m', tokenMaxTtl: '1h' });
    const login = await logIn(roleId, secretId);
    expect([login.status, login.body?.data]).toEqual([200, null]);
    expect(authOf(login)).toMatchObject({
      lease_duration: 1200,
      renewable: true,
      policies: ['default'],
      token_type: 'service',
    });
    const own = await store().request('GET', '/auth/token/lookup-self', undefined, {
      token: authOf(login).client_token,
    });
    expect(own.data).toMatchObject({
      creation_ttl: 1200,
      path: 'auth/approle/login',
      renewable: true,
      type: 'service',
    });
  });

  it('gives a new token with every login', async () => {
    const { roleId, secretId } = await newRole();
    const [first, second] = [await logIn(roleId, secretId), await logIn(roleId, secretId)];
    expect(authOf(first).client_token).not.toBe(authOf(second).client_token);
  });

  it('refuses wrong and missing ids', async () => {
    const { roleId, secretId } = await newRole();
    for (const answer of [await logIn(roleId, 'nope'), await logIn('nope', secretId)]) {
      expect([answer.status, answer.errors]).toEqual([400, ['invalid role or secret ID']]);
    }
    expect(await logIn(roleId)).toMatchObject({ status: 400, errors: ['missing secret_id'] });
    expect(await logIn(undefined, secretId)).toMatchObject({ status: 500, errors: ['missing role_id'] });
  });

  it('counts the uses of a secret id', async () => {
    const { roleId, secretId } = await newRole({ secretIdNumUses: 1 });
    expect((await logIn(roleId, secretId)).status).toBe(200);
    expect(await logIn(roleId, secretId)).toMatchObject({
      status: 400,
      errors: ['invalid role or secret ID'],
    });
  });

  it('has no login where AppRole is not enabled', async () => {
    await store().createNamespace('no-approle');
    const options = { token: null, namespace: 'no-approle' };
    const login = await store().request(
      'POST',
      '/auth/approle/login',
      { role_id: 'x', secret_id: 'y' },
      options,
    );
    expect([login.status, login.errors]).toEqual([403, ['permission denied']]);
  });

  it('renews a token by its own time or by what is asked', async () => {
    const { roleId, secretId } = await newRole({ tokenTtl: '10m', tokenMaxTtl: '1h' });
    const token = authOf(await logIn(roleId, secretId)).client_token;
    expect(authOf(await renew(token))).toMatchObject({ client_token: token, lease_duration: 600 });
    expect(authOf(await renew(token, { increment: 60 })).lease_duration).toBe(60);
    expect(authOf(await renew(token, { increment: '20m' })).lease_duration).toBe(1200);
  });

  it('cuts a renewal at the end of the life of a token, with a warning', async () => {
    const token = await store().createToken({ policies: ['default'], ttl: '1h', maxTtl: '2h' });
    const renewed = await renew(token, { increment: '3h' });
    expect(authOf(renewed).lease_duration).toBeGreaterThan(7_190);
    expect(authOf(renewed).lease_duration).toBeLessThanOrEqual(7_200);
    expect((renewed.body?.warnings as string[])[0]).toContain('exceeded the effective max_ttl');
  });

  it('answers 500 to a renewal past the maximum life, and then 403', async () => {
    const { roleId, secretId } = await newRole({ tokenTtl: '2s', tokenMaxTtl: '2s' });
    const token = authOf(await logIn(roleId, secretId)).client_token;
    const seen: StoreAnswer[] = [];
    // A lease is rounded to a whole second, so a token that renews often outlives its own maximum by a moment.
    while (seen.at(-1)?.status !== 403 && seen.length < 60) {
      seen.push(await renew(token));
      await sleep(150);
    }
    expect([...new Set(seen.map((answer) => answer.status))]).toEqual([200, 500, 403]);
    const pastEnd = seen.find((answer) => answer.status === 500);
    expect(pastEnd?.errors).toEqual(['1 error occurred:\n\t* past the max TTL, cannot renew\n\n']);
    expect(seen.at(-1)?.errors).toEqual(['permission denied']);
  });

  it('renews neither the root token nor one that was made so', async () => {
    const fixed = await store().createToken({ policies: ['default'], renewable: false });
    for (const token of [store().rootToken, fixed]) {
      expect(await renew(token)).toMatchObject({ status: 400, errors: ['lease is not renewable'] });
    }
  });

  it('tells of the root token that it never ends', async () => {
    const own = await store().request('GET', '/auth/token/lookup-self');
    expect(own.data).toMatchObject({
      expire_time: null,
      ttl: 0,
      creation_ttl: 0,
      policies: ['root'],
      renewable: false,
    });
  });

  it('ends a token that revokes itself', async () => {
    const token = await store().createToken({ policies: ['default'] });
    expect((await store().request('POST', '/auth/token/revoke-self', undefined, { token })).status).toBe(204);
    expect((await store().request('GET', '/auth/token/lookup-self', undefined, { token })).status).toBe(403);
  });
}
