import type { Operation } from '../history/operation.js';

/** What one run did, and what came of it. */
export interface RunReport {
  readonly seed: number;
  readonly processes: number;
  readonly durationMs: number;
  readonly secrets: number;
  readonly operations: number;
  /** By what the clients were told. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly storeCalls: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly kills: number;
  /** What the histories cannot have been; empty where all is well. */
  readonly violations: readonly string[];
}

export function outcomeCounts(operations: readonly Operation[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind, outcome } of operations) {
    const name = 'code' in outcome ? `${isRead(kind) ? 'read: ' : ''}${outcome.code}` : outcome.kind;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

export function printReport(title: string, report: RunReport): void {
  const {
    seed,
    processes,
    durationMs,
    secrets,
    operations,
    outcomes,
    storeCalls,
    faults,
    kills,
    violations,
  } = report;
  const lines = [
    `${title}, ${processes} process(es), FAULT_SEED=${seed}: ${operations} operations on ${secrets} secrets in ${Math.round(durationMs / 1000)} s`,
    `  outcomes: ${list(outcomes)}`,
    `  ${storeCalls} calls to the store, of them met: ${list(faults)}`,
    `  kills with -9: ${kills}`,
    `  verdict: ${violations.length === 0 ? 'right' : `WRONG, ${violations.length} times`}`,
    ...violations.slice(0, 20).map((text) => `    ${text}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function isRead(kind: Operation['kind']): boolean {
  return kind === 'read' || kind === 'read-key';
}

function list(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts).sort(([, a], [, b]) => b - a);
  return entries.map(([name, count]) => `${name} ${count}`).join(', ') || 'none';
}
