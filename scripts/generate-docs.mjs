/**
 * Writes the pages that come out of the built code: docs/configuration.md and docs/errors.md. With `--check` it
 * writes nothing and fails when a page differs.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { CONFIG_SCHEMA } from '../dist/config/config-schema.js';
import { ERROR_CATALOGUE } from '../dist/secrets/secret.errors.js';
import { describeConfiguration } from './configuration-page.mjs';
import { describeErrors } from './errors-page.mjs';

const PAGES = {
  'configuration.md': describeConfiguration(CONFIG_SCHEMA),
  'errors.md': describeErrors(ERROR_CATALOGUE),
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
