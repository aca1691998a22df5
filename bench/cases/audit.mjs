import { runOpenLoop } from '../support/open-loop.mjs';
import { measureRounds, ratioOf, rowsOf } from '../support/rounds.mjs';
import { readMetric, startService } from '../support/service.mjs';
import { median, summarize } from '../support/statistics.mjs';
import { EXPECT, guardedEnv, readsOf, tokensOf } from '../support/teams.mjs';

export const title = 'The trail: a flush before each answer';
export const about = `A warm KV v2 read with everything on, once with \`AUDIT_MODE=required\` and a file that is flushed before each
answer leaves, once without a file.`;

const [FILE, NONE] = ['required, to a file', 'no file'];

export async function run(bench) {
  const tokens = await tokensOf(bench);
  const start = async (name, audit) => {
    const service = await startService({ ...bench.store.env, ...guardedEnv(bench, { audit }) });
    return { name, ...service, requests: readsOf('openbao+kv2', tokens), expect: EXPECT };
  };
  const services = [await start(FILE, true), await start(NONE, false)];
  const measured = await measureRounds(bench, services);
  const latencies = await halfLoad(
    bench,
    services,
    median(measured.get(FILE).map((slot) => slot.perSecond)) / 2,
  );
  const [{ url }] = services;
  const groups = await readMetric(url, 'secrets_audit_commit_duration_seconds_count');
  const records = await readMetric(url, 'secrets_audit_records_total');
  for (const { stop } of services) await stop();
  return {
    tables: [{ rows: rowsOf(measured) }],
    figures: [
      {
        figure: 'CPU, required to a file against no file',
        value: ratioOf(measured, FILE, NONE, 'cpuPer1000'),
      },
      { figure: 'requests a second, the same', value: ratioOf(measured, FILE, NONE, 'perSecond') },
      {
        figure: 'p50 at half load, the same',
        value: summarize(latencies.map(([file, none]) => file.p50Ms / none.p50Ms)),
      },
      {
        figure: 'p99 at half load, the same',
        value: summarize(latencies.map(([file, none]) => file.p99Ms / none.p99Ms)),
      },
      { figure: 'records for one flush', value: records / groups },
    ],
    raw: { rounds: Object.fromEntries(measured), halfLoad: latencies },
  };
}

async function halfLoad(bench, services, rate) {
  const rounds = [];
  for (let round = 0; round < bench.rounds; round += 1) {
    const pair = [];
    for (const service of services) pair.push(await runOpenLoop({ ...service, rate, seconds: bench.slotS }));
    rounds.push(pair);
  }
  return rounds;
}
