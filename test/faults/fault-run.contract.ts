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
      { processes: 1, share: 0.4 },
      { processes: 3, share: 1 },
    ])(
      'are right over $processes process(es)',
      async ({ processes, share }) => {
        const operations = operationsOf(share);
        const report = await runWithFaults({ store, processes, operations, seed: SEED });
        printReport(name, report);
        expect({ FAULT_SEED: SEED, violations: report.violations }).toEqual({
          FAULT_SEED: SEED,
          violations: [],
        });
        expect(report.changes).not.toHaveProperty('INTERNAL_ERROR');
        // A run without kills and faults shows nothing.
        expect(report.operations).toBeGreaterThanOrEqual(operations);
        expect(report.changes['acknowledged']).toBeGreaterThan(operations / 10);
        expect(report.kills).toBeGreaterThan(0);
        expect(report.spoiltCalls).toBeGreaterThan(0);
      },
      timeoutOf(operationsOf(1)),
    );

    it(
      'hold every write once that is sent again with its Idempotency-Key, in one process',
      async () => {
        const operations = operationsOf(0.2);
        const options = { store, operations, processes: 1, isOnce: true, killPace: 'never' } as const;
        const report = await runWithFaults({ ...options, seed: SEED });
        printReport(`${name}, with Idempotency-Key`, report);
        expect({ FAULT_SEED: SEED, violations: report.violations }).toEqual({
          FAULT_SEED: SEED,
          violations: [],
        });
        expect(report.changes).not.toHaveProperty('never settled');
        expect(report.repeats).toBeGreaterThan(0);
      },
      timeoutOf(operationsOf(1)),
    );
  });
}
