import { setTimeout as sleep } from 'node:timers/promises';
import { runOpenLoop } from '../support/open-loop.mjs';
import { countHandles, readMemory } from '../support/process-usage.mjs';
import { warmUp } from '../support/rounds.mjs';
import { startService } from '../support/service.mjs';
import { slopeOf } from '../support/statistics.mjs';
import { EXPECT, guardedEnv, readsOf, tokensOf } from '../support/teams.mjs';

export const title = 'Ten minutes at half load';
export const about = `KV v2 reads with everything on, arrivals at half of the capacity. The slope is that of the second half, behind the
plateau; handles are the open files and sockets ten seconds after the load, against those before it.`;

export async function run(bench) {
  const service = await startService({ ...bench.store.env, ...guardedEnv(bench) });
  const plan = { url: service.url, requests: readsOf('openbao+kv2', await tokensOf(bench)), expect: EXPECT };
  const { perSecond: capacity } = await warmUp(bench, { ...plan, pid: service.pid }, bench.slotS);
  await sleep(1_000);
  const handlesBefore = countHandles(service.pid);
  const seconds = bench.isQuick ? 10 : 600;
  const samples = [];
  const startedAt = performance.now();
  let isOver = false;
  const load = runOpenLoop({ ...plan, rate: capacity / 2, seconds }).finally(() => (isOver = true));
  while (!isOver) {
    samples.push([(performance.now() - startedAt) / 60_000, readMemory(service.pid).residentMb]);
    await sleep(bench.isQuick ? 250 : 2_000);
  }
  const result = await load;
  await sleep(10_000);
  const handlesAfter = countHandles(service.pid);
  await service.stop();
  const plateau = samples.slice(samples.length >> 1);
  return {
    tables: [],
    figures: [
      { figure: 'slope of resident memory, MB a minute', reach: '<= 0.5', value: slopeOf(plateau) },
      { figure: 'handles more than before', reach: '<= 0', value: handlesAfter - handlesBefore },
      {
        figure: 'calls that were not answered with the secret',
        reach: '<= 0',
        value: result.offered - result.good,
      },
      { figure: 'p99 ms', value: result.p99Ms },
    ],
    picture: {
      title: 'Resident memory, MB',
      x: 'minutes',
      y: 'MB',
      lines: [{ name: 'resident', points: samples }],
    },
    raw: { capacity, result, samples, handlesBefore, handlesAfter },
  };
}
