import { setTimeout as sleep } from 'node:timers/promises';
import { VersionChecker } from '../history/version-checker.js';
import { FaultProxy } from '../../support/fault-proxy/fault-proxy.js';
import type { FaultRates } from '../../support/fault-proxy/proxy-fault.js';
import { SeededRandom } from '../../support/fault-proxy/seeded-random.js';
import type { RunReport } from './run-report.js';
import { outcomeCounts } from './run-report.js';
import { SecretClient } from './secret-client.js';
import { SecretHistory } from './secret-history.js';
import { ServiceGroup } from './service-group.js';
import { StoredVersions } from './stored-versions.js';

export interface FaultRunOptions {
  readonly store: { readonly url: string; readonly rootToken: string };
  readonly processes: number;
  readonly operations: number;
  readonly seed: number;
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
const KILL_TIMES = { shortestMs: 300, longestMs: 2_500 };
const CLIENTS = 8;
const SECRETS_AT_ONCE = 4;
const OPERATIONS_OF_A_SECRET = 240;
/** More than a secret can get, so that the store forgets none. */
const KEPT_VERSIONS = 2 * OPERATIONS_OF_A_SECRET;

/**
 * Clients, processes that are killed, a proxy that spoils calls, and a store: runs all of it, then holds every secret's
 * versions in the store against what the clients saw.
 */
export async function runWithFaults(options: FaultRunOptions): Promise<RunReport> {
  const { store } = options;
  const stored = new StoredVersions(store.url, store.rootToken);
  const proxy = await FaultProxy.start(store.url);
  try {
    await stored.keep(KEPT_VERSIONS);
    return await runBehind(proxy, options, stored);
  } finally {
    await Promise.all([proxy.stop(), stored.close()]);
  }
}

async function runBehind(
  proxy: FaultProxy,
  options: FaultRunOptions,
  stored: StoredVersions,
): Promise<RunReport> {
  const { store, processes, seed } = options;
  const random = new SeededRandom(seed);
  const services = await ServiceGroup.start(processes, {
    OPENBAO_URL: proxy.url,
    OPENBAO_TOKEN: store.rootToken,
    PROVIDER_TIMEOUT_MS: String(PROVIDER_TIMEOUT_MS),
  });
  const startedAt = performance.now();
  proxy.spoil(RATES, random.below(2 ** 32));
  services.killAtRandom(random.fork(), KILL_TIMES);
  const histories = await runHistories(options, services.urls, random).finally(() => services.stop());
  const durationMs = performance.now() - startedAt;
  // What a killed process had sent may still be on its way.
  while (proxy.pendingCount > 0) await sleep(5);
  const violations = await checkAll(histories, stored);
  return {
    ...{ seed, processes, durationMs, violations },
    secrets: histories.length,
    operations: histories.reduce((sum, { operations }) => sum + operations.length, 0),
    outcomes: outcomeCounts(histories.flatMap(({ operations }) => operations)),
    storeCalls: proxy.callCount,
    faults: { ...proxy.counts },
    kills: services.killCount,
  };
}

async function runHistories(
  { operations, seed }: FaultRunOptions,
  urls: readonly string[],
  random: SeededRandom,
): Promise<SecretHistory[]> {
  const client = new SecretClient();
  const histories: SecretHistory[] = [];
  let left = operations;
  const runNext = async (): Promise<void> => {
    while (left > 0) {
      const share = Math.min(left, OPERATIONS_OF_A_SECRET);
      left -= share;
      const history = new SecretHistory(
        {
          uri: `openbao+kv2://secret/faults-${seed}/${histories.length}`,
          kind: histories.length % 3 === 2 ? 'deletions' : 'keys',
          clients: CLIENTS,
          operations: share,
        },
        client,
        urls,
        random.fork(),
      );
      histories.push(history);
      await history.run();
    }
  };
  await Promise.all(Array.from({ length: SECRETS_AT_ONCE }, runNext));
  await client.close();
  return histories;
}

async function checkAll(histories: readonly SecretHistory[], stored: StoredVersions): Promise<string[]> {
  const violations: string[] = [];
  for (const { options, operations } of histories) {
    const path = options.uri.replace('openbao+kv2://secret/', '');
    const found = VersionChecker.check(operations, await stored.read(path));
    violations.push(...found.map(({ rule, text }) => `${path}: ${rule}: ${text}`));
  }
  return violations;
}
