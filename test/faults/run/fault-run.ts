import { setTimeout as sleep } from 'node:timers/promises';
import { VersionChecker } from '../history/version-checker.js';
import { FaultProxy } from '../../support/fault-proxy/fault-proxy.js';
import type { FaultRates } from '../../support/fault-proxy/proxy-fault.js';
import { SeededRandom } from '../../support/fault-proxy/seeded-random.js';
import { OPERATIONS_OF_A_SECRET, runHistories } from './run-histories.js';
import { reportOf } from './run-report.js';
import type { RunReport } from './run-report.js';
import { SecretClient } from './secret-client.js';
import type { SecretHistory } from './secret-history.js';
import { OnceSender, PlainSender } from './sender.js';
import { ServiceGroup } from './service-group.js';
import type { KillPace } from './service-group.js';
import { StoredVersions } from './stored-versions.js';

export interface FaultRunOptions {
  readonly store: { readonly url: string; readonly rootToken: string };
  readonly processes: number;
  readonly operations: number;
  readonly seed: number;
  /** Each write bears an Idempotency-Key, and is sent again until its outcome is known. */
  readonly isOnce?: boolean;
  /** `never` for a run without kills. */
  readonly killPace?: KillPace | 'never';
  /** More variables of the service. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Out of a thousand calls to the store. A silence costs the whole time-out of a call, so there are few. */
const RATES: FaultRates = {
  'delay-before': 80,
  'delay-after': 40,
  'cut-before': 15,
  'cut-after': 15,
  'status-before': 30,
  'status-after': 15,
  truncate: 15,
  'silence-before': 1,
  'silence-after': 1,
};
const PROVIDER_TIMEOUT_MS = 1_500;
const KILL_PACE: KillPace = { least: 40, most: 250 };
/** Longer than any retry needs, the wait for the lease of a killed process included. */
const PATIENCE_MS = 45_000;
const SCHEME = 'openbao+kv2';
const MOUNT = 'secret';
/** More than a secret can get, so that the store forgets none. */
const KEPT_VERSIONS = 2 * OPERATIONS_OF_A_SECRET;

/**
 * Clients, processes that are killed, a proxy that spoils calls, and a KV version 2 store: runs all of it, then holds
 * every secret's versions in the store against what the clients saw.
 */
export async function runWithFaults(options: FaultRunOptions): Promise<RunReport> {
  const { store, processes, env } = options;
  const stored = new StoredVersions(store.url, store.rootToken, MOUNT);
  const proxy = await FaultProxy.start(store.url);
  try {
    await stored.keep(KEPT_VERSIONS);
    const services = await ServiceGroup.start(processes, {
      OPENBAO_URL: proxy.url,
      OPENBAO_TOKEN: store.rootToken,
      PROVIDER_TIMEOUT_MS: String(PROVIDER_TIMEOUT_MS),
      ...env,
    });
    return await runBehind(proxy, services, options, stored).finally(() => services.stop());
  } finally {
    await Promise.all([proxy.stop(), stored.close()]);
  }
}

async function runBehind(
  proxy: FaultProxy,
  services: ServiceGroup,
  { processes, operations, seed, isOnce = false, killPace = KILL_PACE }: FaultRunOptions,
  stored: StoredVersions,
): Promise<RunReport> {
  const random = new SeededRandom(seed);
  const client = new SecretClient();
  const sender = isOnce
    ? new OnceSender(client, services.urls, PATIENCE_MS)
    : new PlainSender(client, services.urls);
  const base = `${SCHEME}://${MOUNT}/faults-${seed}-${processes}${isOnce ? '-once' : ''}`;
  // A version that was deleted tells nobody what it held, so a request with a key may stay unsettled there.
  const kinds = isOnce ? (['keys'] as const) : (['keys', 'keys', 'deletions'] as const);
  const startedAt = performance.now();
  proxy.spoil(RATES, random.below(2 ** 32));
  if (killPace !== 'never') services.killAtRandom(random.fork(), killPace, () => client.sentCount);
  const histories = await runHistories({ base, operations, kinds, hasConditions: true }, sender, random);
  const durationMs = performance.now() - startedAt;
  await services.stop();
  await client.close();
  // What a killed process had sent may still be on its way.
  while (proxy.pendingCount > 0) await sleep(5);
  return reportOf(histories, await checkAll(histories, stored), {
    ...{ seed, processes, durationMs },
    repeats: sender instanceof OnceSender ? sender.repeatCount : 0,
    storeCalls: proxy.callCount,
    faults: { ...proxy.counts },
    kills: services.killCount,
  });
}

async function checkAll(histories: readonly SecretHistory[], stored: StoredVersions): Promise<string[]> {
  const violations: string[] = [];
  for (const { options, operations } of histories) {
    const path = options.uri.replace(`${SCHEME}://${MOUNT}/`, '');
    const found = VersionChecker.check(operations, await stored.read(path));
    violations.push(...found.map(({ rule, text }) => `${path}: ${rule}: ${text}`));
  }
  return violations;
}
