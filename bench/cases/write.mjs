import { request } from 'undici';
import { startCountingProxy } from '../support/counting-proxy.mjs';
import { measureRounds, ratioOf, rowsOf } from '../support/rounds.mjs';
import { startService } from '../support/service.mjs';
import { guardedEnv, MARKER, SECRET, tokensOf } from '../support/teams.mjs';

export const title = 'Writing and rotating on KV v2';
export const about = `Everything on, one caller that waits for each answer, on a secret that exists. Calls to the store are counted by a
proxy before it, after the first call of its kind.`;

const DIRECT = 'direct write';
const PATH = 'team-0/written';
const URI = `openbao+kv2://secret/${PATH}`;
const WRITES = [
  ['write of a map', { path: '/api/secrets', body: { uri: URI, value: SECRET } }],
  ['write of one key', { path: '/api/secrets', body: { uri: `${URI}#password`, value: MARKER } }],
  ['rotate of one key', { path: '/api/secrets/rotate', body: { uri: `${URI}#password`, value: MARKER } }],
];

export async function run(bench) {
  const { store } = bench;
  await store.write(PATH, SECRET);
  const [token] = await tokensOf(bench, 1);
  const calls = await countCalls(bench, token);
  const service = await startService({ ...store.env, ...guardedEnv(bench) });
  const direct = {
    method: 'POST',
    path: `/v1/secret/data/${PATH}`,
    headers: { 'x-vault-token': store.token },
    body: JSON.stringify({ data: SECRET }),
  };
  const common = { connections: 1, expect: { status: 200, body: '"version"' } };
  const measured = await measureRounds(bench, [
    { name: DIRECT, pid: store.pid, url: store.url, requests: [direct], ...common },
    ...WRITES.map(([name, write]) => ({ name, ...service, requests: [callOf(write, token)], ...common })),
  ]);
  await service.stop();
  return {
    tables: [{ rows: rowsOf(measured) }],
    figures: [
      ...WRITES.map(([name]) => ({
        figure: `${name}: calls to the store`,
        reach: '<= 2',
        value: calls[name],
      })),
      ...WRITES.map(([name]) => ({
        figure: `${name}: p50 against a direct write`,
        reach: '<= 1.3',
        value: ratioOf(measured, name, DIRECT, 'p50Ms'),
      })),
    ],
    raw: { rounds: Object.fromEntries(measured), calls },
  };
}

function callOf({ path, body }, token) {
  return { method: 'POST', path, headers: { authorization: `Bearer ${token}` }, body: JSON.stringify(body) };
}

/** With grants from the first call on, the second shows what each further one costs. */
async function countCalls(bench, token) {
  const proxy = await startCountingProxy(bench.store.url);
  const service = await startService({ ...bench.store.env, ...guardedEnv(bench), OPENBAO_URL: proxy.url });
  const counts = {};
  for (const [name, write] of WRITES) {
    const call = callOf(write, token);
    for (let i = 0; i < 2; i += 1) {
      proxy.calls.length = 0;
      const headers = { ...call.headers, 'content-type': 'application/json' };
      const { statusCode, body } = await request(service.url + call.path, {
        method: 'POST',
        headers,
        body: call.body,
      });
      if (statusCode !== 200) throw new Error(`${name}: ${statusCode} ${await body.text()}`);
      await body.dump();
    }
    counts[name] = proxy.calls.length;
  }
  await service.stop();
  await proxy.stop();
  return counts;
}
