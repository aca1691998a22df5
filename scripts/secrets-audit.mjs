#!/usr/bin/env node
/**
 * `npx secrets-audit verify FILE…`: verifies files of an audit trail. In a checkout the service is built first, where it
 * is not yet or no longer; an installation has no sources and runs as it is.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('..', import.meta.url);

if (existsSync(new URL('src', root))) {
  spawnSync(process.execPath, [fileURLToPath(new URL('scripts/build-if-needed.mjs', root))], {
    stdio: 'inherit',
  });
}
await import(new URL('dist/audit/verify/main.js', root).href);
