import { RegisterChecker } from '../history/register-checker.js';
import { SeededRandom } from '../../support/fault-proxy/seeded-random.js';
import { runHistories } from './run-histories.js';
import { reportOf } from './run-report.js';
import type { RunReport } from './run-report.js';
import { SecretClient } from './secret-client.js';
import type { SecretHistory } from './secret-history.js';
import { PlainSender } from './sender.js';
import { ServiceGroup } from './service-group.js';

export interface YamlRunOptions {
  readonly path: string;
  readonly processes: number;
  readonly operations: number;
  readonly seed: number;
}

const KILL_PACE = { least: 40, most: 250 };

/** Clients, processes that are killed, and one YAML file. What every process reads in the end is part of the histories. */
export async function runOnYaml({ path, processes, operations, seed }: YamlRunOptions): Promise<RunReport> {
  const random = new SeededRandom(seed);
  const services = await ServiceGroup.start(processes, { YAML_VAULT_PATH: path });
  const client = new SecretClient();
  try {
    const startedAt = performance.now();
    services.killAtRandom(random.fork(), KILL_PACE, () => client.sentCount);
    const plan = {
      base: `yaml://secret/faults-${seed}`,
      operations,
      kinds: ['keys', 'deletions'] as const,
      hasConditions: false,
    };
    const histories = await runHistories(plan, new PlainSender(client, services.urls), random);
    const durationMs = performance.now() - startedAt;
    await services.stopKilling();
    await readLast(histories, client, services.urls);
    return reportOf(histories, checkAll(histories), {
      ...{ seed, processes, durationMs },
      ...{ repeats: 0, storeCalls: 0, faults: {}, kills: services.killCount },
    });
  } finally {
    await services.stop();
    await client.close();
  }
}

async function readLast(
  histories: readonly SecretHistory[],
  client: SecretClient,
  urls: readonly string[],
): Promise<void> {
  for (const history of histories)
    for (const url of urls) await history.readLast(new PlainSender(client, [url]));
}

function checkAll(histories: readonly SecretHistory[]): string[] {
  return histories.flatMap(({ options, operations }) =>
    RegisterChecker.check(operations).map(({ rule, text }) => `${options.uri}: ${rule}: ${text}`),
  );
}
