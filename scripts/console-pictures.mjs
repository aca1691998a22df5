/**
 * Takes the pictures of the console that the README shows, from made-up records: `docs/images/console-{light,dark}.png`.
 * The page is the real one, what it asks for comes from here.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { CHROMIUM_ARGUMENTS, findChromium, NO_CHROMIUM } from '../test/support/browser/find-chromium.js';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const PAGE = join(ROOT, 'src/console/page');
const IMAGES = join(ROOT, 'docs/images');
const NOW = '2026-05-06T09:41:27.300Z';
const SIZE = { width: 1280, height: 560 };
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };

/** Event, purpose, effect, code, subject, letter of the resource; oldest first. */
const BEFORE = [
  ['secret.write', 'write', 'permit', null, 'deploy-bot', 'k'],
  ['secret.read', 'read', 'permit', null, 'checkout-service', 'k'],
  ['secret.metadata.read', 'read_metadata', 'permit', null, 'alice@example.org', 'f'],
  ['secret.read', 'read', 'deny', 'SECRET_AUTHZ_FAILED', 'mallory@example.org', 'k'],
  ['secret.rotate', 'rotate', 'permit', null, 'deploy-bot', 'k'],
  ['request.refused', null, 'deny', 'INVALID_TOKEN', null, null],
  ['secret.read', 'read', 'permit', 'SECRET_NOT_FOUND', 'search-service', 'q'],
];
const AFTER = [
  ['audit.stream', 'read_metadata', 'permit', null, 'alice@example.org', null],
  ['secret.read', 'read', 'error', 'PDP_UNAVAILABLE', 'checkout-service', 'k'],
  ['secret.read', 'read', 'permit', null, 'checkout-service', 'k'],
  ['secret.copy', 'read', 'permit', null, 'alice@example.org', 'k'],
  ['secret.copy', 'write', 'permit', null, 'alice@example.org', 'w'],
  ['secret.delete', 'delete', 'deny', 'INSUFFICIENT_SCOPE', 'search-service', 'w'],
];

const binary = findChromium();
if (binary === undefined) throw new Error(NO_CHROMIUM);
const server = createServer(answer).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const browser = await chromium.launch({ executablePath: binary.path, args: [...CHROMIUM_ARGUMENTS] });
try {
  await take('light');
  await take('dark', async (page) => page.locator('tr', { hasText: 'SECRET_AUTHZ_FAILED' }).click());
} finally {
  await browser.close();
  server.closeAllConnections();
  server.close();
}

async function take(colorScheme, act = () => Promise.resolve()) {
  const context = await browser.newContext({ viewport: SIZE, colorScheme, timezoneId: 'UTC' });
  const page = await context.newPage();
  await page.clock.setFixedTime(NOW);
  await page.goto(`http://127.0.0.1:${server.address().port}/console`);
  await page.locator('tr', { hasText: 'INSUFFICIENT_SCOPE' }).waitFor();
  await act(page);
  await page.mouse.move(0, 0);
  await page.screenshot({ path: join(IMAGES, `console-${colorScheme}.png`) });
  await context.close();
}

function answer({ url }, response) {
  const { pathname } = new URL(url, 'http://localhost');
  if (pathname === '/api/secrets/audit') {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ items: BEFORE.map(makeRecord).toReversed(), next_cursor: null }));
  } else if (pathname === '/api/secrets/events') {
    response.setHeader('Content-Type', 'text/event-stream');
    response.write('event: gap\nid: gap\ndata: {"missed":12}\n\n');
    const records = AFTER.map((row, index) => makeRecord(row, BEFORE.length + index));
    response.write(records.map((record) => `id: ${record.id}\ndata: ${JSON.stringify(record)}\n\n`).join(''));
  } else {
    const name = pathname === '/console' ? 'console.html' : basename(pathname);
    response.setHeader('Content-Type', TYPES[extname(name)]).end(readFileSync(join(PAGE, name)));
  }
}

function makeRecord([event, purpose, effect, code, subject, letter], index) {
  return {
    id: `5c1d9a42-7e0b-4f63-9d18-${String(index).padStart(12, '0')}`,
    time: new Date(Date.parse(NOW) - (20 - index) * 1_730).toISOString(),
    event,
    subject,
    client_id: subject === null ? null : 'example-client',
    tenant_id: 'dev',
    purpose,
    effect,
    resource_ref: letter === null ? null : `${letter}Vt3mZ0Qx7c-1hYp9sKfWb2nLr8dGjEuAoTiRkXy5Z4`,
    decision_id: effect === 'error' || purpose === null ? null : `d-${4711 + index}`,
    provider: letter === null ? null : 'openbao+kv2',
    version: null,
    code,
    correlation_id: `c0ffee-${index}`,
    trace_id: null,
    cnf: null,
  };
}
