import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildService } from '../support/service-process.js';
import { printReport } from './run/run-report.js';
import { operationsOf, SEED, timeoutOf } from './run/run-size.js';
import { runOnYaml } from './run/yaml-run.js';

describe('histories under kills: YAML', () => {
  const folder = mkdtempSync(join(tmpdir(), 'secrets-api-faults-'));
  const operations = operationsOf(0.4);

  beforeAll(() => buildService(), 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it(
    'are right over two processes on one file',
    async () => {
      const path = join(folder, 'secrets.yaml');
      const report = await runOnYaml({ path, operations, processes: 2, seed: SEED });
      printReport('YAML', report);
      expect({ FAULT_SEED: SEED, violations: report.violations }).toEqual({
        FAULT_SEED: SEED,
        violations: [],
      });
      expect(report.changes).not.toHaveProperty('INTERNAL_ERROR');
      expect(report.changes['acknowledged']).toBeGreaterThan(operations / 10);
      expect(report.kills).toBeGreaterThan(0);
    },
    timeoutOf(operationsOf(1)),
  );
});
