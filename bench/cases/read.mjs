import { runOpenLoop } from '../support/open-loop.mjs';
import { startPeers } from '../support/peers.mjs';
import { measureRounds, ratioOf, rowsOf } from '../support/rounds.mjs';
import { startFront, startService } from '../support/service.mjs';
import { summarize } from '../support/statistics.mjs';
import { EXPECT, guardedEnv, pathOf, readsOf, TEAM_COUNT, tokensOf } from '../support/teams.mjs';

export const title = 'KV v2 read, warm';
export const about = `20 callers read 20 secrets over 32 kept connections. "All on": ES256 token, scopes, Cedar with a
grant, the trail required and flushed to a file, metrics. "L" is a bare \`node:http\` with undici; it and the proxies ask
nobody who calls. At half load L shows what any front on Node adds to the store, the service without an audit file what
its own work adds to that, and the one with it what waiting for the flush adds.`;

const DIRECT = 'store direct';
const ALL_ON = 'service, all on';
const NO_FILE = 'service, all on, no audit file';
const L = 'L: node:http, undici';
/** What the latency of the service is made of, one more step with each. */
const AT_HALF_LOAD = [DIRECT, L, NO_FILE, ALL_ON];

/** Every front before the same store. */
export async function run(bench) {
  const { store } = bench;
  const fronts = await startFronts(bench);
  const measured = await measureRounds(bench, fronts);
  const steps = AT_HALF_LOAD.map((step) => fronts.find(({ name }) => name === step));
  const half = await halfLoad(bench, steps, capacityOf(measured) / 2);
  for (const { stop } of fronts) await stop?.();
  return {
    tables: [{ rows: rowsOf(measured) }, { heading: 'Open loop at half of the capacity', rows: half.rows }],
    figures: [
      { figure: 'CPU, all on against L', reach: '<= 1.6', value: ratioOf(measured, ALL_ON, L, 'cpuPer1000') },
      { figure: 'CPU, all off against L', value: ratioOf(measured, 'service, all off', L, 'cpuPer1000') },
      {
        figure: 'CPU, bare Nest against L',
        value: ratioOf(measured, 'bare Nest on Express', L, 'cpuPer1000'),
      },
      {
        figure: 'CPU, all on against all off',
        value: ratioOf(measured, ALL_ON, 'service, all off', 'cpuPer1000'),
      },
      ...(measured.has('bao proxy')
        ? [
            {
              figure: 'requests a second, all on against `bao proxy`',
              reach: '>= 1.8',
              value: ratioOf(measured, ALL_ON, 'bao proxy', 'perSecond'),
            },
            {
              figure: 'CPU, all on against `bao proxy`',
              value: ratioOf(measured, ALL_ON, 'bao proxy', 'cpuPer1000'),
            },
          ]
        : []),
      {
        figure: 'half load, added p50 over the store, ms',
        reach: '<= 0.4',
        value: half.added(ALL_ON, 'p50Ms'),
      },
      { figure: 'half load, added p50 without the flush, ms', value: half.added(NO_FILE, 'p50Ms') },
      { figure: 'half load, added p50 of L, ms', value: half.added(L, 'p50Ms') },
      {
        figure: 'half load, added p99 over the store, ms',
        reach: '<= 2',
        value: half.added(ALL_ON, 'p99Ms'),
      },
    ],
    picture: {
      title: 'CPU seconds for 1,000 reads',
      bars: [...measured].map(([name, slots]) => [
        name,
        summarize(slots.map((slot) => slot.cpuPer1000)).median,
      ]),
    },
    raw: { rounds: Object.fromEntries(measured), halfLoad: half.raw, isRealStore: store.isReal },
  };
}

async function startFronts(bench) {
  const { store } = bench;
  const tokens = await tokensOf(bench);
  const toStore = readsOfStore(store.token);
  const toBare = toStore.map(({ path }) => ({ path: path.replace('/v1/secret/data/', '/secret/') }));
  const bareEnv = { STORE_URL: store.url, STORE_TOKEN: store.token };
  const bare = await Promise.all(['bare-http', 'bare-nest'].map((name) => startFront(name, bareEnv)));
  const off = await startService(store.env);
  const on = await startService({ ...store.env, ...guardedEnv(bench) });
  const noFile = await startService({ ...store.env, ...guardedEnv(bench, { audit: false }) });
  const peers = await startPeers(bench);
  return [
    { name: DIRECT, pid: store.pid, url: store.url, requests: toStore },
    { name: L, ...bare[0], requests: toBare },
    { name: 'bare Nest on Express', ...bare[1], requests: toBare },
    { name: 'service, all off', ...off, requests: readsOf('openbao+kv2') },
    { name: ALL_ON, ...on, requests: readsOf('openbao+kv2', tokens) },
    { name: NO_FILE, ...noFile, requests: readsOf('openbao+kv2', tokens) },
    ...peers.map((peer) => ({ ...peer, requests: toStore })),
  ].map((front) => ({ ...front, expect: EXPECT }));
}

function readsOfStore(token) {
  const read = (_, team) => ({
    path: `/v1/secret/data/${pathOf(team)}`,
    headers: { 'x-vault-token': token },
  });
  return Array.from({ length: TEAM_COUNT }, read);
}

function capacityOf(measured) {
  return summarize(measured.get(ALL_ON).map(({ perSecond }) => perSecond)).median;
}

/** All at the same rate, in turn. @returns what each added to the store, round by round, and a row for each */
async function halfLoad(bench, fronts, rate) {
  const raw = [];
  for (let round = 0; round < bench.rounds; round += 1) {
    const slots = {};
    for (const front of fronts)
      slots[front.name] = await runOpenLoop({ ...front, rate, seconds: bench.slotS });
    if (Object.values(slots).every(({ good, offered }) => good === offered)) raw.push(slots);
    else bench.log(`a round at half load is void: ${JSON.stringify(slots)}`);
  }
  if (raw.length === 0) throw new Error('no round at half load was answered in full');
  const middle = (name, figure) => summarize(raw.map((slots) => slots[name][figure])).median.toFixed(2);
  const rows = fronts.map(({ name }) => ({
    front: name,
    'arrivals a second': Math.round(rate).toLocaleString('en'),
    'p50 ms': middle(name, 'p50Ms'),
    'p99 ms': middle(name, 'p99Ms'),
  }));
  const added = (name, figure) => summarize(raw.map((slots) => slots[name][figure] - slots[DIRECT][figure]));
  return { raw, rows, added };
}
