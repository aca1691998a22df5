import { setTimeout as sleep } from 'node:timers/promises';
import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';
import { startKv2Server } from '../support/kv2-server/kv2-server.js';
import type { Kv2Server } from '../support/kv2-server/kv2-server.js';

const DEAD = 'openbao+kv2://secret/app/api';
const HEALTHY = 'hashicorp+kv2://secret/app/api';
const FAILURES = 5;
const RESET_MS = 700;

/** A store that dies is left alone until one call finds it back; the other store does not notice. */
describe('the circuit of a dead store', () => {
  let dead: Kv2Server;
  let healthy: Kv2Server;
  let running: RunningApp;

  beforeEach(async () => {
    [dead, healthy] = await Promise.all([startKv2Server(), startKv2Server()]);
    running = await createApp({
      OPENBAO_URL: dead.url,
      OPENBAO_TOKEN: dead.rootToken,
      HASHICORP_URL: healthy.url,
      HASHICORP_TOKEN: healthy.rootToken,
      CIRCUIT_FAILURES: String(FAILURES),
      CIRCUIT_RESET_MS: String(RESET_MS),
      PROVIDER_RETRIES: '0',
      PROVIDER_TIMEOUT_MS: '400',
    });
    for (const uri of [DEAD, HEALTHY])
      await running.http
        .post('/api/secrets')
        .send({ uri, value: { a: 1 } })
        .expect(201);
  });
  afterEach(async () => {
    await running.close();
    await Promise.all([dead.stop(), healthy.stop()]);
  });

  const read = (uri: string) => running.http.get('/api/secrets/value').query({ uri });
  const circuit = async (): Promise<string | undefined> => {
    const { text } = await running.http.get('/metrics');
    return /^secrets_provider_circuit_state\{provider="openbao\+kv2"\} (\d)$/m.exec(text)?.[1];
  };

  it.each([
    ['answers 500', { kind: 'status', status: 500 }, 502],
    ['answers 503', { kind: 'status', status: 503 }, 503],
    ['cuts connections', { kind: 'reset-before' }, 503],
    ['is silent', { kind: 'silence' }, 504],
  ] as const)(
    'opens where the store %s, is tried once, and closes when it is back',
    async (_name, fault, status) => {
      expect(await circuit()).toBe('0');
      dead.inject(fault, { times: Infinity });
      for (let failure = 0; failure < FAILURES; failure += 1) await read(DEAD).expect(status);
      expect(await circuit()).toBe('2');

      const before = dead.calls.length;
      const refused = await Promise.all(Array.from({ length: 20 }, () => read(DEAD)));
      expect(refused.map((answer) => [answer.status, (answer.body as { code: string }).code])).toEqual(
        Array.from({ length: 20 }, () => [503, 'PROVIDER_UNAVAILABLE']),
      );
      expect(refused.every(({ headers }) => headers['retry-after'] === '1')).toBe(true);
      expect(dead.calls).toHaveLength(before);

      await sleep(RESET_MS + 50);
      const tries = await Promise.all(Array.from({ length: 20 }, () => read(DEAD)));
      expect(dead.calls.length - before).toBe(1);
      expect(tries.every(({ status: answered }) => answered >= 500)).toBe(true);

      dead.clearFaults();
      await read(DEAD).expect(503);
      await sleep(RESET_MS + 50);
      await read(DEAD).expect(200);
      expect(await circuit()).toBe('0');
      await read(DEAD).expect(200);
    },
  );

  it('stays closed for what is not there, what the store refuses and what the caller got wrong', async () => {
    for (let count = 0; count < 3 * FAILURES; count += 1) await read(`${DEAD}-none`).expect(404);
    dead.inject({ kind: 'status', status: 403 }, { times: Infinity, match: /data/ });
    for (let count = 0; count < 3 * FAILURES; count += 1) await read(DEAD).expect(502);
    dead.clearFaults();
    await read(DEAD).expect(200);
  });

  it('does not slow the other store', async () => {
    dead.inject({ kind: 'silence' }, { times: Infinity });
    const waiting = Array.from({ length: 200 }, () => read(DEAD).then(({ status }) => status));
    const answers = await Promise.all(Array.from({ length: 50 }, () => read(HEALTHY)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const statuses = await Promise.all(waiting);
    expect(statuses.every((status) => status === 503 || status === 504)).toBe(true);
  });
});
