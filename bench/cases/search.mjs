import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startMonitored } from '../support/monitored.mjs';
import { measureRounds, rowsOf } from '../support/rounds.mjs';
import { summarize } from '../support/statistics.mjs';
import { makeFolder, SECRET } from '../support/teams.mjs';

export const title = 'Search in 10,000 secrets';
export const about = `500 folders with 20 secrets each, the first page (100) of a search that matches all of them, one caller. The longest
stall is the longest turn of the event loop meanwhile.`;

/** Long enough for some pages of a slow store. */
const SLOT_S = 4;
const [YAML, KV] = ['YAML', 'OpenBao, with SCAN'];
const PATHS = Array.from({ length: 10_000 }, (_, index) => `found/folder-${index % 500}/needle-${index}`);

export async function run(bench) {
  await bench.store.writeAll(PATHS.map((path) => [path, SECRET]));
  const yamlPath = join(makeFolder(bench), 'secrets.yaml');
  writeFileSync(yamlPath, PATHS.map((path) => `secret/${path}: ${JSON.stringify(SECRET)}\n`).join(''));
  const service = await startMonitored({ ...bench.store.env, YAML_VAULT_PATH: yamlPath });
  const stalls = { idle: await stallWhenIdle(service) };
  const measured = new Map();
  for (const [name, scheme] of [
    [YAML, 'yaml'],
    [KV, 'openbao+kv2'],
  ]) {
    const prefix = encodeURIComponent(`${scheme}://secret/found/`);
    const requests = [{ path: `/api/secrets/search?q=needle&prefix=${prefix}` }];
    const contender = {
      name,
      ...service,
      requests,
      connections: 1,
      expect: { status: 200, body: 'needle-' },
    };
    const patient = { ...bench, log: bench.log, warmUpS: 0 };
    await measureRounds(patient, [contender], { rounds: 1, slotS: SLOT_S });
    await service.ask();
    measured.set(name, (await measureRounds(patient, [contender], { slotS: SLOT_S })).get(name));
    stalls[name] = (await service.ask()).stallMs;
  }
  await service.stop();
  const timeOf = (name) => summarize(measured.get(name).map((slot) => slot.p50Ms));
  return {
    tables: [{ rows: rowsOf(measured) }],
    figures: [
      { figure: 'longest stall without a call, ms: what the machine adds', value: stalls.idle },
      { figure: 'first page, YAML, p50 ms', reach: '<= 10', value: timeOf(YAML) },
      { figure: 'longest stall, YAML, ms', reach: '<= 10', value: stalls[YAML] },
      { figure: 'first page, OpenBao with SCAN, p50 ms', reach: '<= 300', value: timeOf(KV) },
      { figure: 'longest stall, OpenBao with SCAN, ms', reach: '<= 10', value: stalls[KV] },
    ],
    raw: { rounds: Object.fromEntries(measured), stalls },
  };
}

/** Of a process that has nothing to do: others on its core hold it up too. */
async function stallWhenIdle(service) {
  await service.ask();
  await sleep(SLOT_S * 1_000);
  return (await service.ask()).stallMs;
}
