import { measureRounds, ratioOf, rowsOf } from '../support/rounds.mjs';
import { startFront, startService } from '../support/service.mjs';
import {
  EXPECT,
  guardedEnv,
  makeYamlStore,
  pathOf,
  readsOf,
  SECRET,
  TEAM_COUNT,
  tokensOf,
} from '../support/teams.mjs';

export const title = 'YAML read, warm';
export const about = `The store costs next to nothing here, so what is left is the service itself. The bare Nest on Express answers the
same map as a constant.`;

const NEST = 'bare Nest, a constant';
const [OFF, ON, MANY] = ['all off', 'all on', 'all off, 10,000 secrets'];
const FILLERS = Array.from({ length: 10_000 - TEAM_COUNT }, (_, i) => `folder-${i % 500}/secret-${i}`);

export async function run(bench) {
  const few = makeYamlStore(bench);
  const many = makeYamlStore(bench, FILLERS);
  const tokens = await tokensOf(bench);
  const nest = await startFront('bare-nest', { CONSTANT: 'true', BODY: JSON.stringify(SECRET) });
  const fronts = [
    { name: NEST, ...nest, requests: [{ path: `/secret/${pathOf(0)}` }] },
    { name: OFF, ...(await startService({ YAML_VAULT_PATH: few })), requests: readsOf('yaml') },
    { name: MANY, ...(await startService({ YAML_VAULT_PATH: many })), requests: readsOf('yaml') },
    {
      name: ON,
      ...(await startService({ ...guardedEnv(bench), YAML_VAULT_PATH: few })),
      requests: readsOf('yaml', tokens),
    },
  ].map((front) => ({ ...front, expect: EXPECT }));
  const measured = await measureRounds(bench, fronts);
  for (const { stop } of fronts) await stop();
  return {
    tables: [{ rows: rowsOf(measured) }],
    figures: [
      {
        figure: 'CPU, all off against bare Nest',
        reach: '<= 1.3',
        value: ratioOf(measured, OFF, NEST, 'cpuPer1000'),
      },
      { figure: 'CPU, all on against bare Nest', value: ratioOf(measured, ON, NEST, 'cpuPer1000') },
      {
        figure: 'CPU, 10,000 secrets against 20',
        reach: '<= 1.1',
        value: ratioOf(measured, MANY, OFF, 'cpuPer1000'),
      },
    ],
    raw: { rounds: Object.fromEntries(measured) },
  };
}
