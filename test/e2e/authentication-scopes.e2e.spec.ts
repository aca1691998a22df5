import type { Response } from 'supertest';
import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';
import { TestIssuer } from '../support/oidc-provider/test-issuer.js';

const URI = 'yaml://secret/app/api';
const QUERY = `?uri=${encodeURIComponent(URI)}`;
const VERSIONS = { uri: URI, versions: [1] };

type Call = readonly [
  method: 'get' | 'post' | 'delete',
  path: string,
  body: object | undefined,
  scope: string,
];

/** Section 2 of the contract: what each call needs. */
const CALLS = [
  ['post', '/api/secrets', { uri: URI, value: { a: 1 } }, 'secrets.write'],
  ['get', `/api/secrets${QUERY}`, undefined, 'secrets.read'],
  ['get', `/api/secrets/value${QUERY}`, undefined, 'secrets.read'],
  ['post', '/api/secrets/rotate', { uri: URI, value: { a: 2 } }, 'secrets.rotate'],
  ['get', '/api/secrets/metadata?prefix=yaml%3A%2F%2Fsecret%2F', undefined, 'secrets.read_metadata'],
  ['get', `/api/secrets/keys${QUERY}`, undefined, 'secrets.read_metadata'],
  ['get', `/api/secrets/metadata/detail${QUERY}`, undefined, 'secrets.read_metadata'],
  ['get', `/api/secrets/versions${QUERY}`, undefined, 'secrets.read_metadata'],
  ['post', '/api/secrets/undelete', VERSIONS, 'secrets.delete'],
  ['post', '/api/secrets/destroy-versions', VERSIONS, 'secrets.destroy'],
  ['post', '/api/secrets/metadata/owner', { uri: URI, owner: 'team' }, 'secrets.set_owner'],
  ['delete', `/api/secrets${QUERY}`, undefined, 'secrets.delete'],
  ['delete', `/api/secrets${QUERY}&destroy=true`, undefined, 'secrets.destroy'],
] as const satisfies readonly Call[];
const EVERY = [...new Set(CALLS.map(([, , , scope]) => scope))];

describe('scopes', () => {
  let issuer: TestIssuer;
  let running: RunningApp;

  beforeAll(async () => {
    issuer = await TestIssuer.start();
    running = await createApp({ OIDC_ISSUER: issuer.url, SECRETS_ENFORCE_SCOPES: 'true' });
  });
  afterAll(async () => {
    await running.close();
    await issuer.close();
  });

  const call = async ([method, path, body]: Call, claims: object): Promise<Response> => {
    const request = running.http[method](path).set(
      'Authorization',
      `Bearer ${await issuer.sign({ ...claims })}`,
    );
    return body === undefined ? request : request.send(body);
  };

  it('imply authentication', async () => {
    expect((await running.http.get(`/api/secrets/value${QUERY}`)).status).toBe(401);
  });

  it.each(CALLS)('%s %s with %j needs %s', async (...row) => {
    const [, , , scope] = row;
    const others = EVERY.filter((one) => one !== scope).join(' ');
    const refused = await call(row, { scope: others });
    expect([refused.status, refused.body.code]).toEqual([403, 'INSUFFICIENT_SCOPE']);
    expect(refused.body.detail).toBe(`The access token lacks the scope ${scope}.`);
    expect(refused.headers['www-authenticate']).toBe(
      `Bearer realm="secrets-api", error="insufficient_scope", error_description="The access token lacks the scope ${scope}.", scope="${scope}"`,
    );
    expect(running.records.at(-1)).toMatchObject({
      effect: 'deny',
      code: 'INSUFFICIENT_SCOPE',
      subject: 'user-1',
      client_id: 'client-1',
      resource_ref: null,
    });
    const permitted = await call(row, { scope });
    expect([401, 403]).not.toContain(permitted.status);
  });

  it('are counted from scope and scp together', async () => {
    const [write, readYaml] = CALLS;
    for (const claims of [
      { scope: 'secrets.write', scp: 'secrets.read' },
      { scope: undefined, scp: ['secrets.read', 'secrets.write'] },
    ]) {
      expect((await call(write, claims)).status).toBeLessThan(300);
      expect((await call(readYaml, claims)).status).toBe(200);
    }
    expect((await call(readYaml, { scope: undefined, scp: [['secrets.read']] })).status).toBe(403);
  });

  it('of the cheaper delete do not destroy, however destroy is spelt', async () => {
    for (const query of ['&destroy=true', '&destroy=%74rue', '&%64estroy=true']) {
      const row = [
        'delete',
        `/api/secrets${QUERY}${query}`,
        undefined,
        'secrets.destroy',
      ] as const satisfies Call;
      expect((await call(row, { scope: 'secrets.delete' })).status).toBe(403);
    }
    for (const query of [
      '&destroy=false&destroy=true',
      '&destroy=TRUE',
      '&destroy=1',
      '&destroy=true&destroy=false',
    ]) {
      const row = [
        'delete',
        `/api/secrets${QUERY}${query}`,
        undefined,
        'secrets.destroy',
      ] as const satisfies Call;
      expect([400, 403]).toContain((await call(row, { scope: 'secrets.delete' })).status);
    }
  });
});

describe('tenants by a claim of the token', () => {
  let issuer: TestIssuer;
  let running: RunningApp;

  beforeAll(async () => {
    issuer = await TestIssuer.start();
    running = await createApp({
      OIDC_ISSUER: issuer.url,
      TENANT_ID: 'house',
      TENANT_CLAIM: 'https://example.com/tenant',
      TENANT_ALLOWED_MOUNTS: 'house:common;blue:sea,sky;urn:red:fire',
    });
  });
  afterAll(async () => {
    await running.close();
    await issuer.close();
  });

  const read = async (mount: string, tenant: unknown): Promise<[number, string]> => {
    const token = await issuer.sign({ 'https://example.com/tenant': tenant });
    const { status, body } = await running.http
      .get(`/api/secrets/value?uri=${encodeURIComponent(`yaml://${mount}/x`)}`)
      .set('Authorization', `Bearer ${token}`);
    return [status, (body as { code: string }).code];
  };
  const OPEN = [404, 'SECRET_NOT_FOUND'];
  const CLOSED = [400, 'TENANT_MOUNT_MISMATCH'];

  it.each([
    ['blue', 'sea', OPEN],
    ['blue', 'sky', OPEN],
    ['urn:red', 'fire', OPEN],
    ['house', 'common', OPEN],
    ['blue', 'fire', CLOSED],
    ['blue', 'common', CLOSED],
    ['urn:red', 'sea', CLOSED],
    ['Blue', 'sea', CLOSED],
    ['green', 'sea', CLOSED],
    ['constructor', 'sea', CLOSED],
    ['', 'common', CLOSED],
    [undefined, 'common', CLOSED],
    [['blue'], 'sea', CLOSED],
    [5, 'sea', CLOSED],
  ])('%j on %s', async (tenant, mount, expected) => {
    expect(await read(mount, tenant)).toEqual(expected);
    const recorded = typeof tenant === 'string' ? tenant : '';
    expect(running.records.at(-1)).toMatchObject({
      tenant_id: recorded,
      effect: expected === OPEN ? 'permit' : 'deny',
    });
  });

  it('is that of the service for whoever sends no token where none is demanded', async () => {
    const read = (mount: string): Promise<{ status: number }> =>
      running.http.get(`/api/secrets/value?uri=yaml%3A%2F%2F${mount}%2Fx`);
    expect([(await read('common')).status, (await read('sea')).status]).toEqual([404, 400]);
  });
});
