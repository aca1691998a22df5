import type { SeededRandom } from '../../support/fault-proxy/seeded-random.js';
import { SecretHistory } from './secret-history.js';
import type { Sender } from './sender.js';
import type { WorkloadKind } from './workload.js';

export interface HistoriesPlan {
  /** Addresses begin with it. */
  readonly base: string;
  readonly operations: number;
  /** By turns. */
  readonly kinds: readonly WorkloadKind[];
  readonly hasConditions: boolean;
}

export const OPERATIONS_OF_A_SECRET = 240;
const CLIENTS = 8;
const SECRETS_AT_ONCE = 4;

/** One secret after the other, a few of them at the same time, until there were operations enough. */
export async function runHistories(
  { base, operations, kinds, hasConditions }: HistoriesPlan,
  sender: Sender,
  random: SeededRandom,
): Promise<SecretHistory[]> {
  const histories: SecretHistory[] = [];
  let left = operations;
  const runNext = async (): Promise<void> => {
    while (left > 0) {
      const share = Math.min(left, OPERATIONS_OF_A_SECRET);
      left -= share;
      const uri = `${base}/${histories.length}`;
      const kind = kinds[histories.length % kinds.length] ?? 'keys';
      const options = { uri, kind, hasConditions, clients: CLIENTS, operations: share };
      const history = new SecretHistory(options, sender, random.fork());
      histories.push(history);
      await history.run();
    }
  };
  await Promise.all(Array.from({ length: SECRETS_AT_ONCE }, runNext));
  return histories;
}
