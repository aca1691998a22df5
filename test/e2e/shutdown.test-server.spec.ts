import { setTimeout as sleep } from 'node:timers/promises';
import { startKv2Server } from '../support/kv2-server/kv2-server.js';
import type { Kv2Server } from '../support/kv2-server/kv2-server.js';
import { buildService, startService } from '../support/service-process.js';

const CALLS = 32;

/** An operator who restarts the service while people use it. */
describe('SIGTERM while calls are in flight', () => {
  let store: Kv2Server;

  beforeAll(async () => {
    buildService();
    store = await startKv2Server();
    await store.request('POST', '/secret/data/app/api', { data: { token: 'x' } });
  }, 120_000);
  afterAll(() => store.stop());

  it(`answers all ${CALLS} of them, refuses new ones, and ends with 0 within ten seconds`, async () => {
    const service = await startService({ OPENBAO_URL: store.url, OPENBAO_TOKEN: store.rootToken });
    const uri = encodeURIComponent('openbao+kv2://secret/app/api');
    await fetch(`${service.url}/api/secrets/value?uri=${uri}`);
    for (let call = 0; call < CALLS; call += 1) store.inject({ kind: 'delay', ms: 1500 });
    store.clearCalls();
    const answers = Array.from({ length: CALLS }, () => fetch(`${service.url}/api/secrets/value?uri=${uri}`));
    // A call that the service has not taken yet is none in flight: its connection is refused.
    while (store.calls.length < CALLS) await sleep(10);
    const signalledAt = performance.now();
    service.kill('SIGTERM');
    const statuses = await Promise.all(answers.map(async (answer) => (await answer).status));
    expect(statuses).toEqual(Array.from({ length: CALLS }, () => 200));
    expect(await service.exited).toBe(0);
    expect(performance.now() - signalledAt).toBeLessThan(10_000);
    await expect(fetch(`${service.url}/health/live`)).rejects.toThrow();
  }, 30_000);

  it('ends at once where nothing is in flight, kept-alive connections or not', async () => {
    const service = await startService();
    await (await fetch(`${service.url}/health/live`)).text();
    const signalledAt = performance.now();
    service.kill('SIGTERM');
    expect(await service.exited).toBe(0);
    expect(performance.now() - signalledAt).toBeLessThan(2_000);
  }, 30_000);

  it('ends with one message and exit code 1 where the configuration is wrong, naming the variable', async () => {
    const failure = startService({
      PORT: 'http',
      OPENBAO_URL: 'http://127.0.0.1:1',
      OPENBAO_TOKEN: 'hvs.unsaid',
      ENABLE_AUTHORIZATION: 'true',
    });
    await expect(failure).rejects.toThrow(/ended with 1.*PORT/s);
    await expect(failure).rejects.toThrow(/ENABLE_AUTHORIZATION/);
    await expect(failure).rejects.not.toThrow(/hvs\.unsaid/);
  }, 30_000);
});
