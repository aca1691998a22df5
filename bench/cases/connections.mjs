import { measureRounds, ratioOf, rowsOf } from '../support/rounds.mjs';
import { startService } from '../support/service.mjs';
import { summarize } from '../support/statistics.mjs';
import { EXPECT, guardedEnv, makeYamlStore, readsOf, tokensOf } from '../support/teams.mjs';

export const title = '1,000 kept connections against 32';
export const about = `A warm YAML read with everything on, by callers that ask again as soon as they are answered; a service for
each. (Calls to a KV v2 store are capped, and what is over the cap is refused: the case \`overload\`.)`;

/** A thousand connections take a while to be made. */
const CONNECT_S = 4;
const [FEW, MANY] = ['32 connections', '1,000 connections'];

export async function run(bench) {
  const yamlPath = makeYamlStore(bench);
  const requests = readsOf('yaml', await tokensOf(bench));
  const start = async (name, connections) => {
    const service = await startService({ ...guardedEnv(bench), YAML_VAULT_PATH: yamlPath });
    return { name, ...service, requests, connections, expect: EXPECT };
  };
  const services = [await start(FEW, 32), await start(MANY, 1_000)];
  const measured = await measureRounds(bench, services, { slotS: Math.max(bench.slotS, CONNECT_S) });
  for (const { stop } of services) await stop();
  return {
    tables: [{ rows: rowsOf(measured) }],
    figures: [
      { figure: 'requests a second', reach: '>= 0.9', value: ratioOf(measured, MANY, FEW, 'perSecond') },
      { figure: 'CPU', value: ratioOf(measured, MANY, FEW, 'cpuPer1000') },
      {
        figure: 'peak memory, MB',
        reach: '<= 300',
        value: summarize(measured.get(MANY).map(({ peakMb }) => peakMb)),
      },
    ],
    raw: { rounds: Object.fromEntries(measured) },
  };
}
