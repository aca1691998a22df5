/**
 * Writes the pages that come out of the built code: docs/configuration.md, docs/errors.md, docs/metrics.md and
 * those of the audit records. With `--check` it writes nothing and fails when a page differs.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { CLOUD_EVENT_SCHEMA, LINE_SCHEMA } from '../dist/audit/record-schema.js';
import { CONFIG_SCHEMA } from '../dist/config/config-schema.js';
import { Metrics } from '../dist/observability/metrics.js';
import { AUDIT_EVENT_NAMES, OPERATIONS } from '../dist/secrets/operations.js';
import { ERROR_CATALOGUE } from '../dist/secrets/secret.errors.js';
import { describeAuditRecords, printRecordSchema } from './audit-page.mjs';
import { describeConfiguration } from './configuration-page.mjs';
import { describeErrors } from './errors-page.mjs';
import { describeMetrics } from './metrics-page.mjs';

const PAGES = {
  'configuration.md': describeConfiguration(CONFIG_SCHEMA),
  'errors.md': describeErrors(ERROR_CATALOGUE),
  'metrics.md': describeMetrics(new Metrics()),
  'audit-records.md': describeAuditRecords({
    events: AUDIT_EVENT_NAMES,
    operations: OPERATIONS,
    lineSchema: LINE_SCHEMA,
  }),
  'audit-record.schema.json': printRecordSchema({
    lineSchema: LINE_SCHEMA,
    cloudEventSchema: CLOUD_EVENT_SCHEMA,
  }),
};

for (const [name, text] of Object.entries(PAGES)) {
  const file = new URL(`../docs/${name}`, import.meta.url);
  if (!process.argv.includes('--check')) writeFileSync(file, text);
  else if (readText(file) !== text) {
    console.error(`docs/${name} is not what the code says: run "npm run docs" and commit the page.`);
    process.exitCode = 1;
  }
}

function readText(file) {
  try {
    return readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
  } catch {
    return undefined; // no page yet differs from any page
  }
}
