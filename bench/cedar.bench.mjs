/**
 * What the Cedar engine costs, on the build in dist/: `npm run build && node --expose-gc bench/cedar.bench.mjs [--check]`.
 * Prints one JSON line a figure; with --check it fails where a ratio or a stall is over its limit, with --decisions it ends
 * after the decisions.
 */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { CedarPdp } from '../dist/pdp/cedar/cedar.pdp.js';
import { SecretUri } from '../dist/secrets/secret-uri.js';

const FEW = 10;
const MANY = 10_000;
const RATIO_MAX = 1.5;
const STALL_MAX_MS = 50;
const ROUNDS = 15;
const DECISIONS_PER_ROUND = 1_000;
const failures = [];

/** Each policy is for one team and its folder. */
function policies(count, ttlSeconds) {
  return Array.from(
    { length: count },
    (_, i) => `@id("team-${i}") @ttl_seconds("${ttlSeconds}")
permit(
  principal in Group::"team-${i}",
  action in [Action::"read", Action::"write"],
  resource in Folder::"openbao+kv2://secret/teams/team-${i}"
);`,
  ).join('\n');
}

function question(team) {
  return {
    caller: {
      subject: `user-${team}`,
      clientId: 'portal',
      tenantId: 'dev',
      token: {
        issuer: 'https://idp.example',
        audience: ['crud.secrets'],
        tokenId: 'token-1',
        scopes: new Set(['secrets.read']),
        groups: [`team-${team}`, 'staff', 'everybody'],
        roles: ['developer'],
        senderKey: undefined,
      },
    },
    purpose: 'read',
    resource: SecretUri.parse(`openbao+kv2://secret/teams/team-${team}/app/database`),
    facts: {},
    correlationId: 'bench',
  };
}

async function start(count) {
  const folder = mkdtempSync(join(tmpdir(), 'cedar-bench-'));
  writeFileSync(join(folder, 'teams.cedar'), policies(count, 60));
  const startedAt = performance.now();
  const pdp = await CedarPdp.load(folder);
  return { folder, pdp, loadMs: performance.now() - startedAt };
}

/** Microseconds of processor time a decision, over questions in turn. */
async function time(pdp, questions) {
  const before = busyMs();
  for (let i = 0; i < DECISIONS_PER_ROUND; i += 1) {
    const [decision] = await pdp.decide([questions[i % questions.length]]);
    if (decision.effect !== 'permit') throw new Error(`a ${decision.effect} where a permit was due`);
  }
  return ((busyMs() - before) * 1_000) / DECISIONS_PER_ROUND;
}

/** Rounds of both take turns, so that what else the machine does falls on both alike. */
async function compare(name, few, many, teams) {
  const ofFew = Array.from({ length: FEW }, (_, i) => question(i));
  const ofMany = teams.map(question);
  const times = { few: [], many: [] };
  await time(few, ofFew);
  for (let i = 0; i < ofMany.length; i += DECISIONS_PER_ROUND) await time(many, ofMany.slice(i));
  for (let round = 0; round < ROUNDS; round += 1) {
    times.few.push(await time(few, ofFew));
    const from = (round * DECISIONS_PER_ROUND) % ofMany.length;
    times.many.push(await time(many, [...ofMany.slice(from), ...ofMany.slice(0, from)]));
  }
  const ratio = median(times.many) / median(times.few);
  report(name, { few_us: median(times.few), many_us: median(times.many), ratio, limit: RATIO_MAX });
  if (ratio > RATIO_MAX) failures.push(name);
}

/**
 * The longest turn of the event loop while the policies are read again and questions are asked: by the clock, and by the
 * processor time of this thread, which other processes on the machine cannot lengthen.
 */
async function stallOfReload({ folder, pdp }, text) {
  writeFileSync(join(folder, 'next'), text);
  renameSync(join(folder, 'next'), join(folder, 'teams.cedar'));
  let isLoading = true;
  const reload = pdp.reload().finally(() => (isLoading = false));
  const turns = await watchTurns(pdp, () => isLoading);
  if (!(await reload)) throw new Error('the reload failed');
  return turns;
}

async function watchTurns(pdp, goesOn) {
  const startedAt = performance.now();
  let [longestMs, busiestMs] = [0, 0];
  let [lastMs, lastBusyMs] = [startedAt, busyMs()];
  for (let i = 0; goesOn(); i += 1) {
    await pdp.decide([question(i % MANY)]);
    await turn();
    const [nowMs, nowBusyMs] = [performance.now(), busyMs()];
    longestMs = Math.max(longestMs, nowMs - lastMs);
    busiestMs = Math.max(busiestMs, nowBusyMs - lastBusyMs);
    [lastMs, lastBusyMs] = [nowMs, nowBusyMs];
  }
  return { longestMs, busiestMs, tookMs: lastMs - startedAt };
}

function busyMs() {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

function median(values) {
  return [...values].sort((one, other) => one - other)[values.length >> 1];
}

function report(name, figures) {
  const rounded = Object.entries(figures).map(([key, value]) => [key, Math.round(value * 100) / 100]);
  console.log(JSON.stringify({ name, ...Object.fromEntries(rounded) }));
}

function memoryMb() {
  globalThis.gc?.();
  return process.memoryUsage().rss / 1e6;
}

const emptyMb = memoryMb();
const few = await start(FEW);
const fewMb = memoryMb();
const many = await start(MANY);
const loadedMb = memoryMb();
report('load', { few_ms: few.loadMs, many_ms: many.loadMs });

await compare(
  'decision, the same ten teams',
  few.pdp,
  many.pdp,
  Array.from({ length: FEW }, (_, i) => i * 997),
);
await compare(
  'decision, all teams in turn',
  few.pdp,
  many.pdp,
  Array.from({ length: MANY }, (_, i) => i),
);
if (process.argv.includes('--decisions')) process.exit();
const askedMb = memoryMb();

const quietUntil = performance.now() + 5_000;
const quiet = await watchTurns(many.pdp, () => performance.now() < quietUntil);
/** Five reloads in a row, each to a text that `textOf` makes of a number that was not there before. */
async function reloads(name, textOf) {
  const turns = [];
  for (let n = 61; n <= 65; n += 1) turns.push(await stallOfReload(many, textOf(n)));
  const busiestMs = Math.max(...turns.map((each) => each.busiestMs));
  report(name, {
    longest_turn_cpu_ms: busiestMs,
    longest_turn_ms: Math.max(...turns.map(({ longestMs }) => longestMs)),
    longest_turn_without_reload_cpu_ms: quiet.busiestMs,
    longest_turn_without_reload_ms: quiet.longestMs,
    median_reload_ms: median(turns.map(({ tookMs }) => tookMs)),
    limit: STALL_MAX_MS,
  });
  if (busiestMs > STALL_MAX_MS) failures.push(name);
}
await reloads('reload of ten thousand, all of them new', (n) => policies(MANY, n));
await reloads('reload of ten thousand, one of them new', (n) => {
  return `${policies(MANY, 65)}\npermit(principal == User::"user-${n}", action, resource);`;
});
const reloadedMb = memoryMb();
for (let ttl = 66; ttl <= 75; ttl += 1) await stallOfReload(many, policies(MANY, ttl));
report('resident memory, MB', {
  empty: emptyMb,
  ten_policies: fewMb,
  ten_thousand: loadedMb,
  all_slices_asked: askedMb,
  after_10_reloads: reloadedMb,
  after_20_reloads: memoryMb(),
});

for (const { folder, pdp } of [few, many]) {
  await pdp.close();
  rmSync(folder, { recursive: true });
}
if (failures.length > 0) console.log(`over the limit: ${failures.join(', ')}`);
if (process.argv.includes('--check') && failures.length > 0) process.exitCode = 1;
