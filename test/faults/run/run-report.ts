import type { Operation } from '../history/operation.js';
import type { SecretHistory } from './secret-history.js';

interface RunFigures {
  readonly seed: number;
  readonly processes: number;
  readonly durationMs: number;
  /** Requests that were sent again with their Idempotency-Key. */
  readonly repeats: number;
  readonly storeCalls: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly kills: number;
}

/** What one run did, and what came of it. */
export interface RunReport extends RunFigures {
  readonly secrets: number;
  readonly operations: number;
  readonly spoiltCalls: number;
  /** Changes by what their clients were told. */
  readonly changes: Readonly<Record<string, number>>;
  readonly reads: Readonly<Record<string, number>>;
  /** What the histories cannot have been; empty where all is well. */
  readonly violations: readonly string[];
}

export function reportOf(
  histories: readonly SecretHistory[],
  violations: readonly string[],
  figures: RunFigures,
): RunReport {
  const operations = histories.flatMap((history) => history.operations);
  return {
    ...figures,
    secrets: histories.length,
    operations: operations.length,
    spoiltCalls: Object.values(figures.faults).reduce((sum, count) => sum + count, 0),
    changes: countOutcomes(operations.filter((operation) => !isRead(operation))),
    reads: countOutcomes(operations.filter(isRead)),
    violations,
  };
}

export function printReport(title: string, report: RunReport): void {
  const { seed, processes, durationMs, secrets, operations, violations } = report;
  const size = `${operations} operations on ${secrets} secrets in ${Math.round(durationMs / 1000)} s`;
  const lines = [
    `${title}, ${processes} process(es), FAULT_SEED=${seed}: ${size}`,
    `  changes: ${list(report.changes)}`,
    `  reads: ${list(report.reads)}`,
    `  calls to the store: ${report.storeCalls}, ${report.spoiltCalls} of them spoilt: ${list(report.faults)}`,
    `  kills with -9: ${report.kills}; requests sent again: ${report.repeats}`,
    `  verdict: ${violations.length === 0 ? 'right' : `WRONG, ${violations.length} times`}`,
    ...violations.slice(0, 20).map((text) => `    ${text}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function isRead({ kind }: Operation): boolean {
  return kind === 'read' || kind === 'read-key';
}

function countOutcomes(operations: readonly Operation[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of operations) {
    const name = 'code' in outcome ? outcome.code : outcome.kind;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

function list(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts).sort(([, a], [, b]) => b - a);
  return entries.map(([name, count]) => `${name} ${count}`).join(', ') || 'none';
}
