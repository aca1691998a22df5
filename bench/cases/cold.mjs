import { measureRounds, ratioOf, rowsOf } from '../support/rounds.mjs';
import { startFront, startService } from '../support/service.mjs';
import { EXPECT, guardedEnv, MARKER, SECRET } from '../support/teams.mjs';

export const title = 'KV v2 read, cold';
export const about = `Every read is by a caller and with a token that were never seen before, of a secret on which nobody has a grant:
a signature to verify, facts from the store (the policy looks at the owner), a decision of Cedar, the data. Everything on.`;

const L = 'L: node:http, undici';
const COLD = 'service, all on, cold';
const SECRETS = 2_000;
const POLICY = `permit (principal in Group::"cold", action == Action::"read", resource in Folder::"openbao+kv2://secret/cold")
unless { context.resource_attributes has owner && context.resource_attributes.owner == "nobody" };`;

export async function run(bench) {
  const { store } = bench;
  const paths = Array.from({ length: SECRETS }, (_, index) => `cold/secret-${index}`);
  await store.writeAll(paths.map((path) => [path, SECRET]));
  const bare = await startFront('bare-http', { STORE_URL: store.url, STORE_TOKEN: store.token });
  const service = await startService({ ...store.env, ...guardedEnv(bench, { policies: POLICY }) });
  const newReads = readerOf(bench, paths);
  const measured = await measureRounds(bench, [
    { name: L, ...bare, requests: paths.map((path) => ({ path: `/secret/${path}` })), expect: EXPECT },
    { name: COLD, ...service, requests: newReads, once: true, expect: { status: 200, body: MARKER } },
  ]);
  for (const { stop } of [bare, service]) await stop();
  return {
    tables: [{ rows: rowsOf(measured) }],
    figures: [{ figure: 'CPU against L', reach: '<= 5', value: ratioOf(measured, COLD, L, 'cpuPer1000') }],
    raw: { rounds: Object.fromEntries(measured) },
  };
}

/** @returns {() => Promise<object[]>} reads by callers that are new each time */
function readerOf(bench, paths) {
  let callers = 0;
  return () =>
    Promise.all(
      Array.from({ length: bench.isQuick ? 1_000 : 4_000 }, async () => {
        const caller = (callers += 1);
        const token = await bench.issuer.sign({ sub: `cold-${caller}`, groups: ['cold'] });
        const uri = encodeURIComponent(`openbao+kv2://secret/${paths[caller % paths.length]}`);
        return { path: `/api/secrets/value?uri=${uri}`, headers: { authorization: `Bearer ${token}` } };
      }),
    );
}
