import type { SeededRandom } from '../../support/fault-proxy/seeded-random.js';
import type { StoreSetup } from '../../support/kv2-server/store-setup.js';
import { planCuts } from './cut-plan.js';
import { CutRecovery } from './cut-recovery.js';
import { CutReport } from './cut-report.js';
import { CutVerdict } from './cut-verdict.js';
import { MoveCase, SCENARIOS } from './move-case.js';
import type { MoveScenario } from './move-case.js';
import { MoveLane } from './move-lane.js';
import type { CutMove } from './move-lane.js';
import { stepNames } from './move-steps.js';

export interface CutOptions {
  readonly title: string;
  readonly store: StoreSetup;
  readonly env: Readonly<Record<string, string>>;
  /** Each move bears an Idempotency-Key, which outlives the process. */
  readonly hasKeys: boolean;
  readonly count: number;
  readonly random: SeededRandom;
}

interface CutRun {
  readonly lane: MoveLane;
  readonly moving: MoveCase;
  readonly move: CutMove;
}

/** More than cores: most of the time is spent waiting for what was cut off. */
const LANES = 3;

/** Cuts moves, looks what is left, and only when all have been cut goes on with each of them. */
export async function cutMoves(options: CutOptions): Promise<CutReport> {
  const { title, store, env, count, random } = options;
  const report = new CutReport(title, random.seed);
  const startedAtMs = performance.now();
  const lanes = await Promise.all(Array.from({ length: LANES }, () => MoveLane.start(store, env)));
  try {
    const cases = planCuts(count, await findSteps(options, lanes), random);
    const runs: CutRun[] = [];
    await eachLane(lanes, cases, async (lane, moving) => {
      const move = await lane.run(moving, keyOf(options, moving));
      const verdict = new CutVerdict(moving, move, await CutVerdict.lookAt(lane.stored, moving));
      report.outcomes.push({ moving, move, remains: verdict.remains });
      report.violations.push(...verdict.violations);
      runs.push({ lane, moving, move });
    });
    await eachLane(lanes, runs, async (_, { lane, moving, move }) => {
      const recovery = new CutRecovery(lane, moving, move, keyOf(options, moving));
      await recovery.run((moving.cut?.chance ?? 0) < 0.5);
      report.ways.push(...recovery.ways);
      report.violations.push(...recovery.violations);
    });
  } finally {
    await Promise.all(lanes.map((lane) => lane.stop()));
  }
  report.durationMs = performance.now() - startedAtMs;
  return report;
}

/** What each kind of move asks of the store, seen on one that nobody cuts. */
async function findSteps(
  options: CutOptions,
  lanes: readonly MoveLane[],
): Promise<Map<MoveScenario, readonly string[]>> {
  const steps = new Map<MoveScenario, readonly string[]>();
  await eachLane(lanes, [...SCENARIOS.entries()], async (lane, [index, scenario]) => {
    const moving = new MoveCase(`${options.random.seed}-uncut-${index}`, scenario, undefined, undefined);
    const { answer, calls } = await lane.run(moving, keyOf(options, moving));
    if (answer === undefined || answer.status > 299)
      throw new Error(`${moving.toString()}: ${JSON.stringify(answer)}`);
    steps.set(scenario, stepNames(moving, calls));
  });
  return steps;
}

function keyOf({ hasKeys }: CutOptions, { id }: MoveCase): string | undefined {
  return hasKeys ? `move ${id}` : undefined;
}

async function eachLane<T>(
  lanes: readonly MoveLane[],
  items: readonly T[],
  act: (lane: MoveLane, item: T) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const work = async (lane: MoveLane): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await act(lane, item);
  };
  await Promise.all(lanes.map(work));
}
