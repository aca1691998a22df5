import { request } from 'undici';
import { ARE_FRONTS_APART, findProgram, moveTo } from '../support/machine.mjs';
import { startBalancer } from '../support/nginx.mjs';
import { startRedis } from '../support/redis.mjs';
import { measureRounds, ratioOf, rowsOf } from '../support/rounds.mjs';
import { readMetric, startService } from '../support/service.mjs';
import { summarize } from '../support/statistics.mjs';
import {
  EXPECT,
  guardedEnv,
  makeYamlStore,
  readsOf,
  TEAM_COUNT,
  teamPolicies,
  tokensOf,
} from '../support/teams.mjs';

const WHERE = ARE_FRONTS_APART
  ? 'Each process has a core to itself; load, nginx, Redis and the store share the others.'
  : `There are too few cores for that here: the processes share all of them with nginx, Redis and the store, and one
with the load. A second process gets what these leave, which is more where the store costs next to nothing (YAML).`;

export const title = 'Two processes behind nginx on one Redis';
export const about = `Warm reads with everything on. The service has no cluster code of its own: two processes are the same one twice,
each with its own audit file, and Redis counts the uses of their grants. CPU, memory and "cores of the service" are of its
processes together, "cores around" of store, nginx and Redis; the load is in neither. ${WHERE}`;

const [DIRECT, ONE, TWO] = ['one process', 'one behind nginx', 'two behind nginx'];
const [ONE_YAML, TWO_YAML] = [`${ONE}, YAML`, `${TWO}, YAML`];
/** Longer than this measures: a grant that ends is made again. */
const POLICIES = teamPolicies(TEAM_COUNT, '@ttl_seconds("86400") @max_uses("1000000")');

export async function run(bench) {
  const missing = ['nginx', 'redis-server'].filter((name) => findProgram(name) === undefined);
  if (missing.length > 0) return { leftOut: `there is no ${missing.join(' and no ')}` };
  moveTo('around', bench.store.pid);
  const redis = await startRedis(bench, 'around');
  const one = [await startOn(bench, redis.urlOf(0), 'first')];
  const two = [await startOn(bench, redis.urlOf(1), 'first'), await startOn(bench, redis.urlOf(1), 'second')];
  const [beforeOne, beforeTwo] = [
    await startBalancer(bench, 'around', one),
    await startBalancer(bench, 'around', two),
  ];
  const tokens = await tokensOf(bench);
  const [kv, yaml] = ['openbao+kv2', 'yaml'].map((scheme) => readsOf(scheme, tokens));
  const around = [bench.store, redis, beforeOne, beforeTwo].map(({ pid }) => pid);
  const fronts = [
    { name: DIRECT, url: one[0].url, pid: pidsOf(one), requests: kv },
    { name: ONE, url: beforeOne.url, pid: pidsOf(one), requests: kv },
    { name: TWO, url: beforeTwo.url, pid: pidsOf(two), requests: kv },
    { name: ONE_YAML, url: beforeOne.url, pid: pidsOf(one), requests: yaml },
    { name: TWO_YAML, url: beforeTwo.url, pid: pidsOf(two), requests: yaml },
  ].map((front) => ({ ...front, around, expect: EXPECT }));
  for (const { url, requests } of fronts) await readEach(url, requests);
  const measured = await measureRounds(bench, fronts);
  const grants = await Promise.all(two.map(grantsOf));
  for (const { stop } of [beforeOne, beforeTwo, ...one, ...two, redis]) await stop();
  return {
    tables: [{ rows: rowsWithCores(measured) }],
    figures: figuresOf(measured, grants),
    raw: { rounds: Object.fromEntries(measured), grants },
  };
}

function startOn(bench, redisUrl, part) {
  const guarded = guardedEnv(bench, { policies: POLICIES });
  const stores = { ...bench.store.env, YAML_VAULT_PATH: makeYamlStore(bench) };
  return startService({ ...stores, ...guarded, REDIS_URL: redisUrl }, [], part);
}

function pidsOf(services) {
  return services.map(({ pid }) => pid);
}

/** One after the other: of questions that come at once each would make a grant. */
async function readEach(url, requests) {
  for (const { path, headers } of requests) {
    const { statusCode, body } = await request(url + path, { headers });
    await body.dump();
    if (statusCode !== EXPECT.status) throw new Error(`a first read was answered with ${statusCode}`);
  }
}

async function grantsOf({ url }) {
  const count = (event) => readMetric(url, 'secrets_grants_total', `event="${event}"`);
  return { made: await count('made'), used: await count('used') };
}

function rowsWithCores(measured) {
  return rowsOf(measured).map((row) => {
    const slots = measured.get(row.front);
    const middle = (figure) => summarize(slots.map((slot) => slot[figure])).median.toFixed(2);
    return { ...row, 'cores of the service': middle('cores'), 'cores around': middle('coresAround') };
  });
}

function figuresOf(measured, grants) {
  const sum = (event) => grants.reduce((total, each) => total + each[event], 0);
  const least = Math.min(...grants.map(({ used }) => used));
  return [
    { figure: 'requests a second, two against one', value: ratioOf(measured, TWO, ONE, 'perSecond') },
    { figure: 'CPU for 1,000, two against one', value: ratioOf(measured, TWO, ONE, 'cpuPer1000') },
    {
      figure: 'requests a second, two against one, YAML',
      value: ratioOf(measured, TWO_YAML, ONE_YAML, 'perSecond'),
    },
    {
      figure: 'CPU for 1,000, two against one, YAML',
      value: ratioOf(measured, TWO_YAML, ONE_YAML, 'cpuPer1000'),
    },
    { figure: 'requests a second, nginx before one', value: ratioOf(measured, ONE, DIRECT, 'perSecond') },
    {
      figure: 'grants made by the two, for a caller and secret',
      reach: '<= 1',
      value: sum('made') / (2 * TEAM_COUNT),
    },
    { figure: 'share of the less busy of the two', value: least / sum('used') },
  ];
}
