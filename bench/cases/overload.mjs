import { measureFlood } from '../support/flood.mjs';
import { warmUp } from '../support/rounds.mjs';
import { startService } from '../support/service.mjs';
import { EXPECT, guardedEnv, readsOf, tokensOf } from '../support/teams.mjs';

export const title = 'Overload: what is still of use';
export const about = `KV v2 reads with everything on, in an open loop: arrivals do not wait. Useful is an answer with the secret within two
seconds; 503 and 429 are refusals. Capacity is what 32 callers get that wait for their answers. Up to 4,096 calls are under
way at once; what arrives beyond is not sent, and the column says what share was. The load shares a core with the store:
where it needs less than a core and is on time, it could have sent more, and what held it up is the service.`;

export async function run(bench) {
  const service = await startService({ ...bench.store.env, ...guardedEnv(bench) });
  const plan = { url: service.url, requests: readsOf('openbao+kv2', await tokensOf(bench)), expect: EXPECT };
  const { perSecond: capacity, fault } = await warmUp(bench, { ...plan, pid: service.pid }, bench.slotS);
  if (fault !== undefined) throw new Error(fault);
  const result = await measureFlood(plan, { capacity, seconds: bench.isQuick ? 2 : 10, reach: '>= 0.95' });
  await service.stop();
  return result;
}
