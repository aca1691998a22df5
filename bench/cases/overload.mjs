import { setTimeout as sleep } from 'node:timers/promises';
import { runLoad } from '../support/load.mjs';
import { runOpenLoop } from '../support/open-loop.mjs';
import { startService } from '../support/service.mjs';
import { EXPECT, guardedEnv, readsOf, tokensOf } from '../support/teams.mjs';

export const title = 'Overload: what is still of use';
export const about = `KV v2 reads with everything on, in an open loop: arrivals do not wait. Useful is an answer with the secret within two
seconds; 503 and 429 are refusals. Capacity is what 32 callers get that wait for their answers. Up to 4,096 calls are under
way at once; what arrives beyond counts as lost.`;

const FACTORS = [0.5, 0.9, 1.5, 2, 3, 5, 10];
const CONNECTIONS = 4_096;
const RECOVERY_S = 3;

export async function run(bench) {
  const service = await startService({ ...bench.store.env, ...guardedEnv(bench) });
  const plan = { url: service.url, requests: readsOf('openbao+kv2', await tokensOf(bench)), expect: EXPECT };
  const capacity = await capacityOf(bench, plan);
  const seconds = bench.isQuick ? 2 : 10;
  const steps = [];
  for (const factor of FACTORS) {
    const step = await runOpenLoop({ ...plan, rate: capacity * factor, seconds, connections: CONNECTIONS });
    steps.push({ factor, ...step });
    if (factor !== FACTORS.at(-1)) await sleep(RECOVERY_S * 1_000);
  }
  await sleep(RECOVERY_S * 1_000);
  const after = await runOpenLoop({ ...plan, rate: capacity / 2, seconds, connections: CONNECTIONS });
  await service.stop();
  const best = Math.max(...steps.map(({ goodPerSecond }) => goodPerSecond));
  return {
    tables: [{ rows: [...steps, { factor: '0.5, 3 s after', ...after }].map(rowOf) }],
    figures: [
      {
        figure: 'goodput at ten times the capacity, against the best',
        reach: '>= 0.95',
        value: steps.at(-1).goodPerSecond / best,
      },
      {
        figure: 'useful share of what is offered at half, 3 s after',
        reach: '>= 0.999',
        value: after.good / after.offered,
      },
      {
        figure: 'p99 of what was admitted at ten times, ms',
        value: steps.at(-1).p99Ms ?? Number.POSITIVE_INFINITY,
      },
    ],
    picture: {
      title: 'Useful answers against offered calls',
      x: 'offered a second',
      y: 'a second',
      lines: [
        { name: 'useful answers', points: steps.map((step) => [step.offeredPerSecond, step.goodPerSecond]) },
        {
          name: 'refused (503, 429)',
          points: steps.map((step) => [step.offeredPerSecond, step.refused / step.seconds]),
        },
      ],
    },
    raw: { capacity, steps, after },
  };
}

/** Once warm. */
async function capacityOf(bench, plan) {
  let result;
  for (let slot = 0; slot < (bench.isQuick ? 3 : 5); slot += 1)
    result = await runLoad({ ...plan, connections: 32, seconds: bench.isQuick ? 1 : 4 });
  if (result.fault !== undefined) throw new Error(result.fault);
  return result.perSecond;
}

function rowOf({
  factor,
  seconds,
  offeredPerSecond,
  goodPerSecond,
  refused,
  late,
  lost,
  unsent,
  unanswered,
  unexpected,
  refusals,
  p50Ms,
  p99Ms,
}) {
  const round = (number) => Math.round(number).toLocaleString('en');
  return {
    'times capacity': factor,
    'offered a second': round(offeredPerSecond),
    'useful a second': round(goodPerSecond),
    'refused a second': round(refused / seconds),
    late,
    'lost, unsent, unanswered': lost + unsent + unanswered,
    unexpected,
    'refused as': Object.keys(refusals).join(', '),
    'p50 ms': p50Ms?.toFixed(1) ?? '',
    'p99 ms': p99Ms?.toFixed(1) ?? '',
  };
}
