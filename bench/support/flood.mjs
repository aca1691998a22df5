import { setTimeout as sleep } from 'node:timers/promises';
import { runOpenLoop } from './open-loop.mjs';

const FACTORS = [0.5, 0.9, 1.5, 2, 3, 5, 10];
const CONNECTIONS = 4_096;
const RECOVERY_S = 3;

/**
 * Open loops at rates from half of the capacity to ten times as much, with a pause between them, and half of it again.
 * @param {{ url: string, requests: object[], expect: object }} plan
 * @param {number} capacity calls a second that can be answered
 * @param {string} reach of the goodput at ten times the capacity against the best
 * @returns what a case returns, with `steps` and `after` in `raw`
 */
export async function measureFlood(plan, { capacity, seconds, reach }) {
  const loop = (factor) =>
    runOpenLoop({ ...plan, rate: capacity * factor, seconds, connections: CONNECTIONS });
  const steps = [];
  for (const factor of FACTORS) {
    steps.push({ factor, ...(await loop(factor)) });
    await sleep(RECOVERY_S * 1_000);
  }
  const after = await loop(0.5);
  // What waits at the end of a step is answered behind it: a step may count more than the capacity, and never gave it.
  const best = Math.min(capacity, Math.max(...steps.map(({ goodPerSecond }) => goodPerSecond)));
  const most = steps.at(-1);
  return {
    tables: [{ rows: [...steps, { factor: '0.5, 3 s after', ...after }].map(rowOf) }],
    figures: [
      {
        figure: 'goodput at ten times the capacity, against the best',
        reach,
        value: most.goodPerSecond / best,
      },
      {
        figure: 'p99 of what was admitted at ten times, against that at half',
        reach: '<= 5',
        value: (most.p99Ms ?? Number.POSITIVE_INFINITY) / steps[0].p99Ms,
      },
      {
        figure: 'useful share of what is offered at half, 3 s after',
        reach: '>= 0.999',
        value: after.good / after.offered,
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
  offered,
  generator,
  p50Ms,
  p99Ms,
}) {
  const round = (number) => Math.round(number).toLocaleString('en');
  return {
    'times capacity': factor,
    'offered a second': round(offeredPerSecond),
    sent: `${((100 * (offered - unsent)) / offered).toFixed(0)} %`,
    'useful a second': round(goodPerSecond),
    'refused a second': round(refused / seconds),
    late,
    'lost, unanswered': lost + unanswered,
    unexpected,
    'refused as': Object.keys(refusals).join(', '),
    'p50 ms': p50Ms?.toFixed(1) ?? '',
    'p99 ms': p99Ms?.toFixed(1) ?? '',
    'cores of the load': generator.cores.toFixed(2),
    'load late, p99 ms': generator.delayP99Ms.toFixed(1),
  };
}
