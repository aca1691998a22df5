import { setTimeout as sleep } from 'node:timers/promises';
import { runLoad } from '../support/load.mjs';
import { startMonitored } from '../support/monitored.mjs';
import { readMemory } from '../support/process-usage.mjs';
import { startService } from '../support/service.mjs';
import { summarize } from '../support/statistics.mjs';
import { EXPECT, guardedEnv, makeYamlStore, readsOf, TEAM_COUNT } from '../support/teams.mjs';

export const title = 'The process: start and memory';
export const about = `Everything on. Memory is what is resident; the growth by tokens and grants is what the heap holds after a
collection, before and behind the load, since what is resident also grows with any load; that without an audit file.`;

const GRANTS_PER_TOKEN = 5;

export async function run(bench) {
  const env = { ...bench.store.env, ...guardedEnv(bench), YAML_VAULT_PATH: makeYamlStore(bench) };
  const starts = [];
  for (let round = 0; round < bench.rounds; round += 1) {
    const service = await startService({ ...env, ...guardedEnv(bench) });
    await sleep(1_000);
    starts.push({ startMs: service.startMs, idleMb: readMemory(service.pid).residentMb });
    await service.stop();
  }
  const growth = await growthByGrants(bench, env);
  return {
    tables: [{ heading: 'Heap after a collection, MB', rows: growth.rows }],
    figures: [
      {
        figure: 'start to ready, s',
        reach: '<= 1.2',
        value: summarize(starts.map(({ startMs }) => startMs / 1_000)),
      },
      { figure: 'memory idle, MB', reach: '<= 140', value: summarize(starts.map(({ idleMb }) => idleMb)) },
      {
        figure: `heap, ${growth.tokens.toLocaleString('en')} tokens and ${growth.grants.toLocaleString('en')} grants more, MB`,
        reach: '<= 48',
        value: growth.heapMb,
      },
    ],
    raw: { starts, growth },
  };
}

/** As many callers with a token each, each with a grant on some secrets. The load before has brought all code in. */
async function growthByGrants(bench, env) {
  const tokens = bench.isQuick ? 1_000 : 10_000;
  const unaudited = {
    ...bench.store.env,
    ...guardedEnv(bench, { audit: false }),
    YAML_VAULT_PATH: env.YAML_VAULT_PATH,
  };
  const service = await startMonitored(unaudited, { gc: true });
  await readAs(bench, service, 0, 500);
  const before = await service.ask();
  await readAs(bench, service, 500, tokens);
  const after = await service.ask();
  await service.stop();
  const row = (when, { heapMb, rssMb }) => ({ when, heap: heapMb.toFixed(1), resident: rssMb.toFixed(0) });
  return {
    tokens,
    grants: tokens * GRANTS_PER_TOKEN,
    before,
    after,
    heapMb: after.heapMb - before.heapMb,
    rows: [row('500 tokens, 2,500 grants', before), row(`${tokens} tokens more`, after)],
  };
}

async function readAs(bench, service, from, count) {
  const [requests, groups] = [
    readsOf('yaml'),
    Array.from({ length: TEAM_COUNT }, (_, team) => `team-${team}`),
  ];
  const list = [];
  for (let caller = from; caller < from + count; caller += 1) {
    const token = await bench.issuer.sign({ sub: `caller-${caller}`, groups });
    for (let i = 0; i < GRANTS_PER_TOKEN; i += 1)
      list.push({ ...requests[(caller + i) % TEAM_COUNT], headers: { authorization: `Bearer ${token}` } });
  }
  const { fault } = await runLoad({
    url: service.url,
    requests: list,
    expect: EXPECT,
    connections: 32,
    once: true,
  });
  if (fault !== undefined) throw new Error(fault);
}
