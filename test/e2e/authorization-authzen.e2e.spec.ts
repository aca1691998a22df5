import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';
import { startKv2Server } from '../support/kv2-server/kv2-server.js';
import type { Kv2Server } from '../support/kv2-server/kv2-server.js';
import { LIES } from '../support/scripted-pdp/lies.js';
import { ScriptedPdp } from '../support/scripted-pdp/scripted-pdp.js';

const TIMEOUT_MS = 1000;
const URI = 'openbao+kv2://secret/app/api#token';

/** A platform that decides elsewhere: the service asks over AuthZEN, and whatever is no decision is a refusal. */
describe('authorization over AuthZEN', () => {
  let store: Kv2Server;
  let pdp: ScriptedPdp;
  let running: RunningApp;

  beforeAll(async () => {
    store = await startKv2Server();
    await store.request('POST', '/secret/data/app/api', { data: { token: 'x' } });
    await store.request('POST', '/secret/metadata/app/api', {
      custom_metadata: { owner: 'team-a', created_by: 'ann' },
    });
    pdp = await ScriptedPdp.start();
    running = await createApp({
      OPENBAO_URL: store.url,
      OPENBAO_TOKEN: store.rootToken,
      ENABLE_AUTHORIZATION: 'true',
      PDP_ENGINE: 'authzen',
      PDP_URL: pdp.url,
      PDP_TIMEOUT_MS: String(TIMEOUT_MS),
      PDP_READ_ACTION: 'execute',
      NEGATIVE_CACHE_TTL_S: '0',
    });
    // The mount is checked once.
    await read().expect(200);
  });
  beforeEach(() => {
    store.clearCalls();
    pdp.calls.length = 0;
    pdp.lie = undefined;
    pdp.decide = () => ({ decision: true });
  });
  afterAll(async () => {
    await running.close();
    await pdp.stop();
    await store.stop();
  });

  const read = () => running.http.get('/api/secrets/value').query({ uri: URI });
  /** Of the store, but for the metadata that fills the facts of a question. */
  const touched = () => store.calls.filter(({ path }) => !path.includes('/metadata/'));

  it('asks the question as the contract words it, with facts of the store', async () => {
    await read().set('X-Correlation-Id', 'asked-1').expect(200, { value: 'x' });
    const [question] = pdp.asked.flatMap(({ questions }) => questions);
    expect(question).toMatchObject({
      subject: { type: 'user', id: 'anonymous', properties: { tenant_id: 'dev' } },
      action: { name: 'execute' },
      resource: {
        type: 'secret',
        id: URI,
        properties: {
          provider: 'openbao+kv2',
          mount: 'secret',
          path: 'app/api',
          fragment: 'token',
          owner: 'team-a',
        },
      },
      context: { correlation_id: 'asked-1', resource_attributes: { owner: 'team-a', created_by: 'ann' } },
    });
    expect(pdp.asked[0]?.headers['x-request-id']).toBe('asked-1');
  });

  it('passes a deny on with its decision id, and touches no value', async () => {
    pdp.decide = () => ({ decision: false });
    const { body } = await read().expect(403);
    expect(body).toMatchObject({
      code: 'SECRET_AUTHZ_FAILED',
      purpose: 'read',
      decision_id: expect.any(String),
    });
    expect(touched()).toEqual([]);
  });

  it('keeps a permit for as many uses as its obligation says', async () => {
    pdp.decide = () => ({
      decision: true,
      context: { obligations: [{ id: 'g', type: 'grant', properties: { ttl_seconds: 60, max_uses: 3 } }] },
    });
    for (let use = 0; use < 6; use += 1) await read().expect(200);
    expect(pdp.asked).toHaveLength(2);
  });

  it('takes an obligation that it does not know for a refusal', async () => {
    pdp.decide = () => ({ decision: true, context: { obligations: [{ id: 'mfa', type: 'step-up' }] } });
    const { body } = await read().expect(403);
    expect(body).toMatchObject({ code: 'OBLIGATION_UNKNOWN', decision_id: expect.any(String) });
    expect(touched()).toEqual([]);
  });

  it.each(Object.entries(LIES))('a decision point that %s gives nothing', async (_name, lie) => {
    pdp.lie = lie;
    const askedAt = performance.now();
    const { status, body } = await read();
    expect([status, body.code]).toEqual([503, 'PDP_UNAVAILABLE']);
    expect(performance.now() - askedAt).toBeLessThan(TIMEOUT_MS * 3);
    expect(touched()).toEqual([]);
    expect(running.records.at(-1)).toMatchObject({ effect: 'error', code: 'PDP_UNAVAILABLE' });
  });

  it('a decision point that is away gives nothing, and readiness says so until it is back', async () => {
    await pdp.stop();
    const { status, body, headers } = await read();
    expect([status, body.code]).toEqual([503, 'PDP_UNAVAILABLE']);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect((await running.http.get('/health/ready').expect(503)).body.policy.status).toBe('unavailable');
    await pdp.listen();
    await read().expect(200);
    expect((await running.http.get('/health/ready').expect(200)).body.policy.status).toBe('ok');
  });

  it('lists what the decision point lets the caller see, in as few questions as it takes at once', async () => {
    for (const name of ['a', 'b', 'c'])
      await store.request('POST', `/secret/data/list/${name}`, { data: { k: 1 } });
    pdp.decide = ({ resource }) => ({ decision: !resource.id.endsWith('/b') });
    const { body } = await running.http
      .get('/api/secrets/metadata')
      .query({ prefix: 'openbao+kv2://secret/list/' })
      .expect(200);
    const { items } = body as { items: { uri: string }[] };
    expect(items.map(({ uri }) => uri.split('/').at(-1))).toEqual(['a', 'c']);
    expect(pdp.asked.map(({ questions }) => questions.length)).toEqual([1, 3]);
    expect(pdp.asked[0]?.questions[0]?.resource.id).toBe('openbao+kv2://secret/list/');
  });
});
