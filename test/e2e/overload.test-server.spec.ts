import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';
import { startKv2Server } from '../support/kv2-server/kv2-server.js';
import type { Kv2Server } from '../support/kv2-server/kv2-server.js';
import { TestIssuer } from '../support/oidc-provider/test-issuer.js';

const URI = 'openbao+kv2://secret/app/api';
const [IN_FLIGHT, WAITING] = [4, 8];

/** More callers than the store can take. */
describe('a flood', () => {
  let store: Kv2Server;
  let issuer: TestIssuer;
  let running: RunningApp;
  let token: string;

  beforeAll(async () => {
    [store, issuer] = await Promise.all([startKv2Server(), TestIssuer.start()]);
    running = await createApp({
      ...issuer.env,
      OPENBAO_URL: store.url,
      OPENBAO_TOKEN: store.rootToken,
      PROVIDER_MAX_CONCURRENCY: String(IN_FLIGHT),
      PROVIDER_QUEUE: String(WAITING),
    });
    token = await issuer.sign();
    await running.http
      .post('/api/secrets')
      .set('Authorization', `Bearer ${token}`)
      .send({ uri: URI, value: { a: 1 } })
      .expect(201);
  });
  afterAll(async () => {
    await running.close();
    await Promise.all([store.stop(), issuer.close()]);
  });
  afterEach(() => store.clearFaults());

  const read = (uri = URI, withToken = true) => {
    const request = running.http.get('/api/secrets/value').query({ uri });
    return withToken ? request.set('Authorization', `Bearer ${token}`) : request;
  };

  it('is answered as far as the store goes, and the rest is told when to come back', async () => {
    store.inject({ kind: 'delay', ms: 150 }, { times: Infinity, match: /data/ });
    const answers = await Promise.all(Array.from({ length: 60 }, () => read()));
    const done = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status !== 200);
    expect(done.length).toBeGreaterThanOrEqual(IN_FLIGHT + WAITING);
    expect(refused.length).toBeGreaterThan(0);
    for (const { status, body, headers } of refused) {
      expect([status, (body as { code: string }).code, headers['retry-after']]).toEqual([
        503,
        'OVERLOADED',
        '1',
      ]);
    }
  });

  it('is refused before a token is looked at, with a record, and leaves the other store alone', async () => {
    store.inject({ kind: 'delay', ms: 400 }, { times: Infinity, match: /data/ });
    const flood = Array.from({ length: IN_FLIGHT + WAITING + 1 }, () => read().then(({ status }) => status));
    // The last of the flood is refused when the queue is full.
    await Promise.race(flood);
    const before = running.records.length;
    const refused = await read(URI, false);
    expect([refused.status, (refused.body as { code: string }).code]).toEqual([503, 'OVERLOADED']);
    expect(refused.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    expect(running.records.slice(before)).toMatchObject([
      { effect: 'error', code: 'OVERLOADED', subject: null, resource_ref: null },
    ]);
    expect((await read('yaml://secret/app/api')).status).toBe(404);
    expect((await read('yaml://secret/app/api', false)).status).toBe(401);
    await Promise.all(flood);
    expect((await read()).status).toBe(200);
    expect((await read(URI, false)).status).toBe(401);
  });
});
