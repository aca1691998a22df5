import { buildService } from '../support/service-process.js';
import { runWithFaults } from './run/fault-run.js';
import type { FaultRunOptions } from './run/fault-run.js';
import { printReport } from './run/run-report.js';
import { operationsOf, SEED, timeoutOf } from './run/run-size.js';

export type StoreUnderFaults = FaultRunOptions['store'] & { stop(): Promise<void> };

/** One secret after the other under clients, faults and kills, and no history that cannot be. */
export function describeFaultRuns(name: string, startStore: () => Promise<StoreUnderFaults>): void {
  describe(`histories under faults and kills: ${name}`, () => {
    let store: StoreUnderFaults;

    beforeAll(async () => {
      buildService();
      store = await startStore();
    }, 120_000);
    afterAll(() => store.stop());

    it.each([
      { processes: 1, share: 0.5 },
      { processes: 3, share: 1 },
    ])(
      'are right over $processes process(es)',
      async ({ processes, share }) => {
        const operations = operationsOf(share);
        const report = await runWithFaults({ store, processes, operations, seed: SEED + processes });
        printReport(name, report);
        expect({ seed: SEED, violations: report.violations }).toEqual({ seed: SEED, violations: [] });
        expect(report.outcomes).not.toHaveProperty('INTERNAL_ERROR');
        // A run without kills and faults shows nothing.
        expect(report.operations).toBeGreaterThanOrEqual(operations);
        expect(report.outcomes['acknowledged']).toBeGreaterThan(operations / 10);
        expect(report.kills).toBeGreaterThan(0);
        expect(report.faults['cut-after']).toBeGreaterThan(0);
      },
      timeoutOf(operationsOf(1)),
    );
  });
}
