import type { OperationKind, Values } from '../history/operation.js';
import type { SeededRandom } from '../../support/fault-proxy/seeded-random.js';
import type { Intent } from './secret-client.js';

/**
 * What clients do with one secret.
 * - `keys`: keys come, go and are rotated, one of them (`anchor`) is always there, so that no removal is of the last key;
 * - `deletions`: the whole secret is deleted and written again, keys are never removed.
 * What removal of the last key may do over several processes is shown apart.
 */
export type WorkloadKind = 'keys' | 'deletions';

const ANCHOR = 'anchor';

/** How often each kind is drawn, in relation to each other. */
const WEIGHTS: Record<WorkloadKind, Record<OperationKind, number>> = {
  keys: {
    'set-key': 40,
    'rotate-key': 10,
    'remove-key': 8,
    replace: 6,
    rotate: 4,
    delete: 0,
    read: 20,
    'read-key': 12,
  },
  deletions: {
    'set-key': 38,
    'rotate-key': 6,
    'remove-key': 0,
    replace: 8,
    rotate: 6,
    delete: 10,
    read: 22,
    'read-key': 10,
  },
};
/** Out of ten writes: those that name the version that the client saw last. */
const CONDITIONAL = 1;

/** Draws the operations of one client on one secret. */
export class Workload {
  private count = 0;

  /**
   * @param name of the client, part of every value that it writes
   * @param own the one key that only this client removes: two removals of one key make equal versions
   */
  constructor(
    private readonly kind: WorkloadKind,
    private readonly random: SeededRandom,
    private readonly name: string,
    private readonly own: string,
    private readonly keys: readonly [string, ...string[]],
  ) {}

  /** The write that has to be acknowledged before the others begin; none where they begin with nothing. */
  static first(kind: WorkloadKind, value: string): Intent | undefined {
    return kind === 'keys' ? { kind: 'replace', values: { [ANCHOR]: value } } : undefined;
  }

  /** @param seenVersion the version that the client was told of last */
  next(seenVersion: number | undefined): Intent {
    const kind = this.random.weighted(WEIGHTS[this.kind]) ?? 'read';
    const intent = { kind, ...this.subjectOf(kind) };
    const isConditional =
      seenVersion !== undefined && 'values' in intent && this.random.below(10) < CONDITIONAL;
    return isConditional ? { ...intent, ifMatch: seenVersion } : intent;
  }

  private subjectOf(kind: OperationKind): Omit<Intent, 'kind'> {
    switch (kind) {
      case 'set-key':
      case 'rotate-key': {
        const key = this.random.pick(this.keys);
        return { key, values: { [key]: this.value() } };
      }
      case 'replace':
      case 'rotate':
        return { values: this.map() };
      case 'remove-key':
        return { key: this.own };
      case 'read-key':
        return { key: this.random.pick(this.keys) };
      case 'delete':
      case 'read':
        return {};
      default:
        return kind satisfies never;
    }
  }

  private map(): Values {
    const value = this.value();
    const kept = this.keys.filter(() => this.random.below(4) > 0);
    return Object.fromEntries([ANCHOR, ...kept].map((key) => [key, `${value} of ${key}`]));
  }

  private value(): string {
    this.count += 1;
    return `${this.name} value ${this.count}`;
  }
}
