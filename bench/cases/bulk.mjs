import { measureRounds, ratioOf, rowsOf } from '../support/rounds.mjs';
import { startService } from '../support/service.mjs';
import { guardedEnv, SECRET, tokensOf } from '../support/teams.mjs';

export const title = 'A bulk of 100 against 100 single calls';
export const about = `100 writes of 100 secrets on KV v2, everything on, by one caller that waits for each answer. Figures are for one
operation.`;

const COUNT = 100;
const [SINGLE, BULK] = ['single calls', 'bulk of 100'];

export async function run(bench) {
  const uris = Array.from({ length: COUNT }, (_, index) => `openbao+kv2://secret/team-0/bulk-${index}`);
  await bench.store.writeAll(uris.map((uri) => [uri.replace('openbao+kv2://secret/', ''), SECRET]));
  const [token] = await tokensOf(bench, 1);
  const service = await startService({ ...bench.store.env, ...guardedEnv(bench) });
  const post = (path, body) => ({
    method: 'POST',
    path,
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  const singles = uris.map((uri) => post('/api/secrets', { uri, value: SECRET }));
  const bulk = post('/api/secrets/bulk', {
    operations: uris.map((uri) => ({ op: 'set', uri, value: SECRET })),
  });
  const measured = await measureRounds(bench, [
    {
      name: SINGLE,
      ...service,
      requests: singles,
      connections: 1,
      expect: { status: 200, body: '"version"' },
    },
    {
      name: BULK,
      ...service,
      requests: [bulk],
      connections: 1,
      unit: COUNT,
      expect: { status: 200, body: `"succeeded":${COUNT}` },
    },
  ]);
  await service.stop();
  return {
    tables: [{ rows: rowsOf(measured) }],
    figures: [
      { figure: 'time', reach: '<= 0.25', value: inverse(ratioOf(measured, BULK, SINGLE, 'perSecond')) },
      { figure: 'CPU', reach: '<= 0.5', value: ratioOf(measured, BULK, SINGLE, 'cpuPer1000') },
    ],
    raw: { rounds: Object.fromEntries(measured) },
  };
}

/** From operations a second to time for each. */
function inverse({ min, median, max, count }) {
  return { min: 1 / max, median: 1 / median, max: 1 / min, count };
}
