import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';
import { TestIssuer } from '../support/oidc-provider/test-issuer.js';

/** Two teams behind one service: nothing of one reaches the other over any operation. */
describe('two tenants', () => {
  let issuer: TestIssuer;
  let running: RunningApp;
  let tokens: Record<'a' | 'b' | 'none' | 'unlisted', string>;

  beforeAll(async () => {
    issuer = await TestIssuer.start();
    running = await createApp({
      ...issuer.env,
      TENANT_CLAIM: 'tenant',
      TENANT_ALLOWED_MOUNTS: 'a:team-a,shared-a;b:team-b',
    });
    tokens = {
      a: await issuer.sign({ tenant: 'a' }),
      b: await issuer.sign({ tenant: 'b' }),
      none: await issuer.sign(),
      unlisted: await issuer.sign({ tenant: 'c' }),
    };
    for (const name of ['one', 'two', 'three']) {
      await call('a', 'POST', '', { uri: `yaml://team-a/app/${name}`, value: { k: 'of a' } });
    }
  });
  afterAll(async () => {
    await running.close();
    await issuer.close();
  });

  const call = async (who: keyof typeof tokens, method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${running.url}/api/secrets${path}`, {
      method,
      headers: {
        authorization: `Bearer ${tokens[who]}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, text: await answer.text(), headers: answer.headers };
  };
  const encode = encodeURIComponent;
  const query = (uri: string): string => `?uri=${encode(uri)}`;

  /** Every operation, on an address. */
  const OPERATIONS: [string, (uri: string) => [method: string, path: string, body?: unknown]][] = [
    ['writeSecret', (uri) => ['POST', '', { uri, value: { k: 1 } }]],
    ['readSecret', (uri) => ['GET', query(uri)]],
    ['readSecretValue', (uri) => ['GET', `/value${query(uri)}`]],
    ['deleteSecret', (uri) => ['DELETE', query(uri)]],
    ['destroySecret', (uri) => ['DELETE', `${query(uri)}&destroy=true`]],
    ['rotateSecret', (uri) => ['POST', '/rotate', { uri, value: { k: 1 } }]],
    ['listMetadata', (uri) => ['GET', `/metadata?prefix=${encode(uri)}`]],
    ['searchSecrets', (uri) => ['GET', `/search?q=a&prefix=${encode(uri)}`]],
    ['listKeys', (uri) => ['GET', `/keys${query(uri)}`]],
    ['getMetadata', (uri) => ['GET', `/metadata/detail${query(uri)}`]],
    ['listVersions', (uri) => ['GET', `/versions${query(uri)}`]],
    ['undeleteVersions', (uri) => ['POST', '/undelete', { uri, versions: [1] }]],
    ['destroyVersions', (uri) => ['POST', '/destroy-versions', { uri, versions: [1] }]],
    ['updateOwner', (uri) => ['POST', '/metadata/owner', { uri, owner: 'b' }]],
  ];

  it.each(OPERATIONS)('%s does not reach the mount of the other, there or not', async (_name, request) => {
    const answers = [];
    for (const who of ['b', 'none', 'unlisted'] as const) {
      for (const uri of [
        'yaml://team-a/app/one',
        'yaml://team-a/app/nothing',
        'yaml://no-such-mount/app/one',
      ]) {
        answers.push(await call(who, ...request(uri)));
      }
    }
    const seen = answers.map(({ status, text }) => [status, text.replace(/"correlation_id":"[^"]+"/, '')]);
    expect(new Set(seen.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.status).toBe(400);
    expect(JSON.parse(answers[0]?.text ?? '')).toMatchObject({ code: 'TENANT_MOUNT_MISMATCH' });
    expect(running.records.at(-1)).toMatchObject({
      effect: 'deny',
      code: 'TENANT_MOUNT_MISMATCH',
      tenant_id: 'c',
    });
  });

  it('leaves everything of the first as it was', async () => {
    const { text } = await call('a', 'GET', `/metadata?prefix=${encode('yaml://team-a/')}`);
    expect((JSON.parse(text) as { items: unknown[] }).items).toHaveLength(3);
    expect((await call('a', 'GET', `/value${query('yaml://team-a/app/one')}`)).text).toBe('{"k":"of a"}');
  });

  it('lets neither carry the cursor of the other', async () => {
    const page = `/metadata?prefix=${encode('yaml://team-a/')}&limit=1`;
    const { next_cursor: cursor } = JSON.parse((await call('a', 'GET', page)).text) as {
      next_cursor: string;
    };
    expect((await call('a', 'GET', `${page}&cursor=${cursor}`)).status).toBe(200);
    expect(
      (await call('b', 'GET', `/metadata?prefix=${encode('yaml://team-b/')}&cursor=${cursor}`)).status,
    ).toBe(400);
  });

  it('gives records the tenant of the token', async () => {
    await call('b', 'POST', '', { uri: 'yaml://team-b/app/one', value: { k: 'of b' } });
    expect(running.records.at(-1)).toMatchObject({ tenant_id: 'b', effect: 'permit', code: null });
  });
});
