import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';
import { startKv2Server } from '../support/kv2-server/kv2-server.js';
import type { Kv2Server } from '../support/kv2-server/kv2-server.js';
import type { StoreFault } from '../support/kv2-server/store-faults.js';

const TIMEOUT_MS = 2000;
const URI = 'openbao+kv2://secret/app/api';

/** The store fails in every way that can be thought of: one status and code each, and the service lives on. */
describe('a failing store', () => {
  let store: Kv2Server;
  let running: RunningApp;

  beforeAll(async () => {
    store = await startKv2Server();
    await store.request('POST', '/secret/data/app/api', { data: { token: 'x' } });
    running = await startFor(store.rootToken);
    await read().expect(200);
  });
  afterEach(async () => {
    store.clearFaults();
    await read().expect(200, { token: 'x' });
  });
  afterAll(async () => {
    await running.close();
    await store.stop();
  });

  const startFor = (token: string): Promise<RunningApp> =>
    createApp({ OPENBAO_URL: store.url, OPENBAO_TOKEN: token, PROVIDER_TIMEOUT_MS: String(TIMEOUT_MS) });
  const read = (app = running) => app.http.get('/api/secrets/value').query({ uri: URI });
  it.each<[string, StoreFault, number, string]>([
    ['answers HTML', { kind: 'html' }, 502, 'PROVIDER_ERROR'],
    ['answers without end', { kind: 'endless' }, 502, 'PROVIDER_ERROR'],
    ['closes mid-answer', { kind: 'close-mid-answer' }, 502, 'PROVIDER_ERROR'],
    ['resets the connection', { kind: 'reset-before' }, 503, 'PROVIDER_UNAVAILABLE'],
    ['is silent', { kind: 'silence' }, 504, 'PROVIDER_TIMEOUT'],
    ['answers 500', { kind: 'status', status: 500 }, 502, 'PROVIDER_ERROR'],
    ['answers 429', { kind: 'status', status: 429 }, 503, 'PROVIDER_OVERLOADED'],
    ['answers 503', { kind: 'status', status: 503 }, 503, 'PROVIDER_UNAVAILABLE'],
    [
      'sends the service elsewhere',
      { kind: 'redirect', location: 'http://127.0.0.2:1/v1/secret/data/app/api' },
      502,
      'PROVIDER_ERROR',
    ],
    ['answers 400', { kind: 'status', status: 400 }, 502, 'PROVIDER_ERROR'],
  ])('that %s', async (_name, fault, status, code) => {
    store.inject(fault, { times: Number.POSITIVE_INFINITY });
    const answer = await read();
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
    if (status === 503) expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(answer.text).not.toMatch(/127\.0\.0\.1|app\/api|html|hvs/i);
  });

  it('that is sealed, and readiness says so', async () => {
    await store.seal();
    const answer = await read();
    expect({ status: answer.status, code: answer.body.code }).toEqual({
      status: 503,
      code: 'PROVIDER_UNAVAILABLE',
    });
    const health = await running.http.get('/health/ready').expect(503);
    expect(health.body.stores['openbao+kv2'].status).toBe('unavailable');
    await store.unseal();
    await running.http.get('/health/ready').expect(200);
  });

  it('that is down, for reads and writes', async () => {
    await store.goDown();
    const answer = await read();
    expect({ status: answer.status, code: answer.body.code }).toEqual({
      status: 503,
      code: 'PROVIDER_UNAVAILABLE',
    });
    const write = await running.http.post('/api/secrets').send({ uri: URI, value: { token: 'y' } });
    expect({ status: write.status, code: write.body.code }).toEqual({
      status: 503,
      code: 'PROVIDER_UNAVAILABLE',
    });
    await running.http.get('/health/ready').expect(503);
    await running.http.get('/health/live').expect(200);
    await store.comeUp();
  });

  it('that no longer knows the token of the service', async () => {
    const token = await store.createToken({ policies: ['root'] });
    const other = await startFor(token);
    await read(other).expect(200);
    await store.revokeToken(token);
    const answer = await read(other);
    expect({ status: answer.status, code: answer.body.code }).toEqual({
      status: 502,
      code: 'PROVIDER_DENIED',
    });
    await other.close();
  });

  it('whose policy forbids the service the path', async () => {
    await store.writePolicy('elsewhere', 'path "secret/data/elsewhere/*" { capabilities = ["read"] }');
    const other = await startFor(await store.createToken({ policies: ['elsewhere'] }));
    const answer = await read(other);
    expect({ status: answer.status, code: answer.body.code }).toEqual({
      status: 502,
      code: 'PROVIDER_DENIED',
    });
    await other.close();
  });

  it('records each failure after the permit', () => {
    const failures = running.records.filter(({ code }) => code?.startsWith('PROVIDER_') === true);
    expect(failures.length).toBeGreaterThan(10);
    expect(failures.every(({ effect, decision_id }) => effect === 'permit' && decision_id !== null)).toBe(
      true,
    );
  });

  it('counts calls by provider, operation and outcome', async () => {
    const { text } = await running.http.get('/metrics').expect(200);
    expect(text).toMatch(
      /secrets_provider_calls_total\{provider="openbao\+kv2",operation="read",outcome="PROVIDER_TIMEOUT"\} \d/,
    );
    expect(text).not.toMatch(/app\/api/);
  });
});
