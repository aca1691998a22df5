import { runPlanned } from '../support/planned.mjs';
import { startService } from '../support/service.mjs';
import { median, summarize } from '../support/statistics.mjs';
import { guardedEnv, tokensOf } from '../support/teams.mjs';

export const title = '32 writers on one secret';
export const about = `Each writes its own key again and again, everything on; beside it 32 writers that read, change and
compare-and-set on the store itself.`;

const WRITERS = 32;

export async function run(bench) {
  const { store } = bench;
  const [token] = await tokensOf(bench, 1);
  const service = await startService({ ...store.env, ...guardedEnv(bench) });
  await store.writeAll([
    ['team-0/contended', { first: '1' }],
    ['team-0/contended-direct', { first: '1' }],
  ]);
  const common = { writers: WRITERS, seconds: bench.slotS };
  const through = { ...common, url: service.url, uri: 'openbao+kv2://secret/team-0/contended', token };
  const direct = { ...common, url: store.url, path: 'team-0/contended-direct', token: store.token };
  const rounds = [];
  for (let round = -1; round < bench.rounds; round += 1) {
    const pair = {};
    for (const [name, plan] of [
      ['service', through],
      ['direct', direct],
    ])
      pair[name] = await runPlanned('contending-writers-process', plan);
    if (round >= 0) rounds.push(pair);
  }
  await service.stop();
  const row = (name) => ({
    writers: name,
    'acknowledged a second': Math.round(median(rounds.map((pair) => pair[name].perSecond))),
    'conflicts answered': median(rounds.map((pair) => pair[name].conflicts)),
  });
  return {
    tables: [{ rows: [row('direct'), row('service')] }],
    figures: [
      {
        figure: 'acknowledged a second, against direct',
        reach: '>= 0.8',
        value: summarize(rounds.map(({ service: one, direct: other }) => one.perSecond / other.perSecond)),
      },
    ],
    raw: { rounds },
  };
}
