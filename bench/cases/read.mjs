import { runOpenLoop } from '../support/open-loop.mjs';
import { startPeers } from '../support/peers.mjs';
import { measureRounds, ratioOf, rowsOf } from '../support/rounds.mjs';
import { startFront, startService } from '../support/service.mjs';
import { summarize } from '../support/statistics.mjs';
import { EXPECT, guardedEnv, pathOf, readsOf, TEAM_COUNT, tokensOf } from '../support/teams.mjs';

export const title = 'KV v2 read, warm';
export const about = `20 callers read 20 secrets over 32 kept connections. "All on": ES256 token, scopes, Cedar with a
grant, the trail required and flushed to a file, metrics. "L" is a bare \`node:http\` with undici; it and the proxies ask
nobody who calls.`;

const ALL_ON = 'service, all on';
const L = 'L: node:http, undici';

/** Every front before the same store. */
export async function run(bench) {
  const { store } = bench;
  const fronts = await startFronts(bench);
  const measured = await measureRounds(bench, fronts);
  const direct = fronts.find(({ name }) => name === 'store direct');
  const guarded = fronts.find(({ name }) => name === ALL_ON);
  const added = await addedLatency(bench, direct, guarded, capacityOf(measured));
  for (const { stop } of fronts) await stop?.();
  return {
    tables: [{ rows: rowsOf(measured) }, { heading: 'Open loop at half of the capacity', rows: added.rows }],
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
      { figure: 'half load, added p50 over the store, ms', reach: '<= 0.4', value: added.p50 },
      { figure: 'half load, added p99 over the store, ms', reach: '<= 2', value: added.p99 },
    ],
    picture: {
      title: 'CPU seconds for 1,000 reads',
      bars: [...measured].map(([name, slots]) => [
        name,
        summarize(slots.map((slot) => slot.cpuPer1000)).median,
      ]),
    },
    raw: { rounds: Object.fromEntries(measured), halfLoad: added.raw, isRealStore: store.isReal },
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
  const peers = await startPeers(bench);
  return [
    { name: 'store direct', pid: store.pid, url: store.url, requests: toStore },
    { name: L, ...bare[0], requests: toBare },
    { name: 'bare Nest on Express', ...bare[1], requests: toBare },
    { name: 'service, all off', ...off, requests: readsOf('openbao+kv2') },
    { name: ALL_ON, ...on, requests: readsOf('openbao+kv2', tokens) },
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

/** Both at the same rate, in turn. */
async function addedLatency(bench, direct, guarded, capacity) {
  const raw = [];
  const rate = capacity / 2;
  for (let round = 0; round < bench.rounds; round += 1) {
    const [store, service] = [
      await runOpenLoop({ ...direct, rate, seconds: bench.slotS }),
      await runOpenLoop({ ...guarded, rate, seconds: bench.slotS }),
    ];
    if (store.good === store.offered && service.good === service.offered) raw.push({ store, service });
    else bench.log(`a round at half load is void: ${JSON.stringify({ store, service })}`);
  }
  if (raw.length === 0) throw new Error('no round at half load was answered in full');
  const added = (figure) => summarize(raw.map(({ store, service }) => service[figure] - store[figure]));
  const row = (front, key) => ({
    front,
    'arrivals a second': Math.round(rate).toLocaleString('en'),
    'p50 ms': summarize(raw.map((each) => each[key].p50Ms)).median.toFixed(2),
    'p99 ms': summarize(raw.map((each) => each[key].p99Ms)).median.toFixed(2),
  });
  return {
    raw,
    p50: added('p50Ms'),
    p99: added('p99Ms'),
    rows: [row('store direct', 'store'), row(ALL_ON, 'service')],
  };
}
