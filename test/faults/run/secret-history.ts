import { setTimeout as sleep } from 'node:timers/promises';
import type { Operation } from '../history/operation.js';
import type { SeededRandom } from '../../support/fault-proxy/seeded-random.js';
import type { Intent } from './secret-client.js';
import type { Sender } from './sender.js';
import { Workload } from './workload.js';
import type { WorkloadKind } from './workload.js';

export interface HistoryOptions {
  readonly uri: string;
  readonly kind: WorkloadKind;
  readonly clients: number;
  /** Of all clients together. */
  readonly operations: number;
  /** Whether some writes name the version that the client saw last. */
  readonly hasConditions: boolean;
}

/** How long a client waits where nobody listens: a process that was killed is starting again. */
const PAUSE_MS = 25;

/** Lets clients loose on one secret, through whichever process each call finds, and writes down what they saw. */
export class SecretHistory {
  readonly operations: Operation[] = [];
  private left: number;

  constructor(
    readonly options: HistoryOptions,
    private readonly sender: Sender,
    private readonly random: SeededRandom,
  ) {
    this.left = options.operations;
  }

  /** One more read through this process, so that what is there in the end is part of the history. */
  async readLast(sender: Sender): Promise<void> {
    const startedAtMs = performance.now();
    const outcome = await sender.send(this.options.uri, { kind: 'read' }, this.random);
    if (outcome === 'not-sent') throw new Error('nobody listens for the last read');
    const endedAtMs = performance.now();
    this.operations.push({ id: this.operations.length, kind: 'read', startedAtMs, endedAtMs, outcome });
  }

  async run(): Promise<void> {
    await this.begin();
    const names = Array.from({ length: this.options.clients }, (_, index) => `key-${index}`);
    const keys = names as [string, ...string[]];
    await Promise.all(keys.map((key, index) => this.runClient(index, key, keys)));
  }

  private async begin(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const intent = Workload.first(this.options.kind, `first ${attempt} of ${this.options.uri}`);
      if (intent === undefined) return;
      const outcome = await this.perform(intent, this.random);
      if (outcome?.kind === 'acknowledged') return;
    }
  }

  private async runClient(index: number, own: string, keys: readonly [string, ...string[]]): Promise<void> {
    const random = this.random.fork();
    const name = `${this.options.uri} client ${index}`;
    const workload = new Workload(this.options.kind, random, name, own, keys);
    let seenVersion: number | undefined;
    while (this.left > 0) {
      const outcome = await this.perform(workload.next(seenVersion), random);
      if (outcome !== undefined && 'version' in outcome && this.options.hasConditions)
        seenVersion = outcome.version;
    }
  }

  private async perform(intent: Intent, random: SeededRandom): Promise<Operation['outcome'] | undefined> {
    const startedAtMs = performance.now();
    this.left -= 1;
    const outcome = await this.sender.send(this.options.uri, intent, random);
    if (outcome === 'not-sent') {
      this.left += 1;
      await sleep(PAUSE_MS);
      return undefined;
    }
    const endedAtMs = performance.now();
    this.operations.push({ id: this.operations.length, ...intent, startedAtMs, endedAtMs, outcome });
    return outcome;
  }
}
