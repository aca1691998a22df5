import { fileURLToPath } from 'node:url';
import { measureFlood } from '../support/flood.mjs';
import { PinnedProcess } from '../support/processes.mjs';
import { startService } from '../support/service.mjs';
import { EXPECT, guardedEnv, readsOf, tokensOf } from '../support/teams.mjs';

const STORE = fileURLToPath(new URL('../support/slow-store-process.mjs', import.meta.url));
/** As many calls at once as the service has in flight to one store, of 200 ms each. */
const [AT_ONCE, CALL_MS] = [64, 200];

export const title = 'A flood before a slow store';
export const about = `The same open loop, where the store is what can take no more: a stand-in that answers ${AT_ONCE} calls at once in ${CALL_MS} ms
each, which is ${(AT_ONCE * 1_000) / CALL_MS} a second. Everything on.`;

export async function run(bench) {
  const store = new PinnedProcess('load', process.execPath, [STORE, String(AT_ONCE), String(CALL_MS)]);
  const url = await store.waitUntil((output) => /listens on (http\S+)/.exec(output)?.[1]);
  const service = await startService({ OPENBAO_URL: url, OPENBAO_TOKEN: 'any', ...guardedEnv(bench) });
  const plan = { url: service.url, requests: readsOf('openbao+kv2', await tokensOf(bench)), expect: EXPECT };
  const capacity = (AT_ONCE * 1_000) / CALL_MS;
  const result = await measureFlood(plan, { capacity, seconds: bench.isQuick ? 4 : 10, reach: '>= 0.9' });
  await service.stop();
  await store.stop();
  return result;
}
