import type { SeededRandom } from '../../support/fault-proxy/seeded-random.js';
import { CUT_KINDS } from './cut-kind.js';
import { MoveCase, SCENARIOS } from './move-case.js';
import type { MoveCut, MoveScenario, SecondWriter } from './move-case.js';

/** What an uncut move of a scenario asks of the store: the names of its steps. */
export type StepsOf = ReadonlyMap<MoveScenario, readonly string[]>;

/** One of so many runs has a second writer. */
const WRITER_EVERY = 3;

/**
 * Which moves are cut, and where: every step with every kind of cut, before any of them comes again in another
 * scenario; as many as are asked for.
 */
export function planCuts(count: number, steps: StepsOf, random: SeededRandom): MoveCase[] {
  const all = SCENARIOS.flatMap((scenario) =>
    (steps.get(scenario) ?? []).flatMap((name, index) =>
      CUT_KINDS.filter((kind) => kind !== 'broken file' || usesYaml(scenario)).map((kind) => ({
        scenario,
        cut: { kind, name, step: index + 1 },
      })),
    ),
  );
  const seen = new Map<string, number>();
  const ranked = shuffle(all, random).map((entry) => {
    const bucket = `${entry.cut.name} ${entry.cut.kind}`;
    const rank = seen.get(bucket) ?? 0;
    seen.set(bucket, rank + 1);
    return { ...entry, rank };
  });
  const ordered = ranked.sort((one, other) => one.rank - other.rank);
  return Array.from({ length: count }, (_, index) => {
    const { scenario, cut } = ordered[index % ordered.length] as (typeof ordered)[number];
    const id = `${random.seed}-${index}`;
    const drawn = { ...cut, chance: random.next() };
    return new MoveCase(id, scenario, drawn, drawWriter(scenario, cut, random));
  });
}

function drawWriter(
  { form }: MoveScenario,
  { step }: Pick<MoveCut, 'step'>,
  random: SeededRandom,
): SecondWriter | undefined {
  if (random.below(WRITER_EVERY) > 0) return undefined;
  return {
    of: form === 'key' && random.below(2) === 0 ? 'what is beside' : 'what is moved',
    step: 1 + random.below(step),
    when: random.below(2) === 0 ? 'before' : 'after',
  };
}

function usesYaml({ from, to }: MoveScenario): boolean {
  return from === 'yaml' || to === 'yaml';
}

function shuffle<T>(items: readonly T[], random: SeededRandom): T[] {
  return items
    .map((item) => ({ item, place: random.next() }))
    .sort((one, other) => one.place - other.place)
    .map(({ item }) => item);
}
