import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runOpenLoop } from '../support/open-loop.mjs';
import { PinnedProcess } from '../support/processes.mjs';
import { readMetric, startService } from '../support/service.mjs';
import { summarize } from '../support/statistics.mjs';
import { EXPECT, makeYamlStore, readsOf } from '../support/teams.mjs';

export const title = '100 consoles at 1,000 events a second';
export const about = `YAML reads in an open loop, each of which is an event that 100 readers of the stream get; beside it the same load
without a reader.`;

const READERS = fileURLToPath(new URL('../support/console-readers-process.mjs', import.meta.url));
const CONSOLES = 100;
const RATE = 1_000;
/** Until the last events have arrived. */
const SETTLE_MS = 2_000;

export async function run(bench) {
  const service = await startService({
    YAML_VAULT_PATH: makeYamlStore(bench),
    AUDIT_SSE_MAX: String(CONSOLES),
  });
  const plan = {
    url: service.url,
    requests: readsOf('yaml'),
    expect: EXPECT,
    rate: RATE,
    seconds: bench.slotS * 2,
  };
  await runOpenLoop(plan);
  const rounds = [];
  for (let round = 0; round < bench.rounds; round += 1)
    rounds.push({ without: await runOpenLoop(plan), ...(await loadWithConsoles(service, plan)) });
  await service.stop();
  return {
    tables: [{ rows: ['without', 'during'].map((key) => rowOf(key, rounds)) }],
    figures: [
      { figure: 'events lost', reach: '<= 0', value: Math.max(...rounds.map(({ lost }) => lost)) },
      { figure: 'readers cut off', reach: '<= 0', value: Math.max(...rounds.map(({ cut }) => cut)) },
      {
        figure: 'useful reads a second, against none',
        value: summarize(rounds.map(({ during, without }) => during.good / without.good)),
      },
      {
        figure: 'p99 of reads, against none',
        reach: '<= 1.3',
        value: summarize(rounds.map(({ during, without }) => during.p99Ms / without.p99Ms)),
      },
    ],
    raw: { rounds },
  };
}

async function loadWithConsoles(service, plan) {
  const readers = new PinnedProcess('load', process.execPath, [READERS, service.url, String(CONSOLES)]);
  await readers.waitUntil((output) => output.includes('all follow'));
  await sleep(SETTLE_MS);
  readers.signal('SIGUSR2');
  const before = await readMetric(service.url, 'secrets_audit_records_total');
  const during = await runOpenLoop(plan);
  await sleep(SETTLE_MS);
  const recorded = (await readMetric(service.url, 'secrets_audit_records_total')) - before;
  readers.signal('SIGTERM');
  const { counts, cut } = JSON.parse(/^RESULT (.*)$/m.exec(await readers.result())[1]);
  return { during, recorded, cut, lost: counts.reduce((sum, count) => sum + Math.abs(recorded - count), 0) };
}

function rowOf(key, rounds) {
  const middle = (figure) => summarize(rounds.map((round) => round[key][figure])).median;
  return {
    consoles: key === 'without' ? 0 : CONSOLES,
    'useful a second': Math.round(middle('goodPerSecond')),
    'p50 ms': middle('p50Ms').toFixed(2),
    'p99 ms': middle('p99Ms').toFixed(2),
  };
}
