import { REMAINS } from './cut-verdict.js';
import type { Remains } from './cut-verdict.js';
import type { MoveCase } from './move-case.js';
import type { CutMove } from './move-lane.js';

export interface CutOutcome {
  readonly moving: MoveCase;
  readonly move: CutMove;
  readonly remains: Remains;
}

type Row = Readonly<Record<Remains, number>>;

/** What many cuts came to, by count. */
export class CutReport {
  readonly violations: string[] = [];
  readonly outcomes: CutOutcome[] = [];
  readonly ways: string[] = [];
  durationMs = 0;

  constructor(
    private readonly title: string,
    readonly seed: number,
  ) {}

  count(remains: Remains): number {
    return this.outcomes.filter((outcome) => outcome.remains === remains).length;
  }

  get text(): string {
    const { outcomes, violations } = this;
    const answers = outcomes.map(({ move: { answer } }) => answerName(answer));
    return [
      `${this.title}, MOVE_SEED=${this.seed}: ${outcomes.length} moves cut in ${Math.round(this.durationMs / 1000)} s`,
      ...table('step', outcomes, ({ moving }) => moving.cut?.name ?? ''),
      ...table('kind of cut', outcomes, ({ moving }) => moving.cut?.kind ?? ''),
      ...table(
        'move',
        outcomes,
        ({ moving: { scenario } }) => `${scenario.from} to ${scenario.to}, ${scenario.form}`,
      ),
      `  a second writer wrote in ${outcomes.filter(({ move }) => move.hasSecondWritten).length} of them`,
      `  answers: ${list(answers)}`,
      `  went on by: ${list(this.ways)}`,
      `  verdict: ${violations.length === 0 ? 'right' : `WRONG, ${violations.length} times`}`,
      ...violations.slice(0, 20).map((violation) => `    ${violation}`),
      '',
    ].join('\n');
  }
}

function answerName(answer: CutMove['answer']): string {
  if (answer === undefined) return 'none';
  return answer.status < 300 ? 'done' : (answer.code ?? '');
}

function table(
  title: string,
  outcomes: readonly CutOutcome[],
  nameOf: (outcome: CutOutcome) => string,
): string[] {
  const rows = new Map<string, Row>();
  for (const outcome of outcomes) {
    const name = nameOf(outcome);
    const row = rows.get(name) ?? { both: 0, 'only destination': 0, 'only source': 0, none: 0 };
    rows.set(name, { ...row, [outcome.remains]: row[outcome.remains] + 1 });
  }
  const line = (name: string, cells: readonly (string | number)[]): string =>
    `  ${name.padEnd(32)}${cells.map((cell) => String(cell).padStart(18)).join('')}`;
  const total = REMAINS.map((remains) => outcomes.filter((outcome) => outcome.remains === remains).length);
  return [
    line(title, REMAINS),
    ...[...rows].sort().map(([name, row]) =>
      line(
        name,
        REMAINS.map((remains) => row[remains]),
      ),
    ),
    line('in all', total),
  ];
}

function list(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const entries = [...counts].sort(([, one], [, other]) => other - one);
  return entries.map(([name, count]) => `${name} ${count}`).join(', ') || 'nothing';
}
