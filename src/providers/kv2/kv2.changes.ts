import { setTimeout as sleep } from 'node:timers/promises';
import type { ChangeAttempt, ChangeOptions, ChangeOutcome } from '../../ports/secret-provider.port.js';
import type { JsonObject } from '../../secrets/json.js';
import { SecretError } from '../../secrets/secret.errors.js';
import { applyChange } from '../../secrets/secret-change.js';
import type { SecretChange } from '../../secrets/secret-change.js';
import type { SecretUri } from '../../secrets/secret-uri.js';
import type { Kv2Engine } from './kv2.engine.js';
import { Kv2Failure } from './kv2.failure.js';
import type { Kv2Outcomes } from './kv2.outcomes.js';
import type { Kv2Removals } from './kv2.removals.js';
import { asCurrent } from './kv2.records.js';
import type { WrittenVersion } from './kv2.records.js';
import type { Kv2Stamps } from './kv2.stamps.js';
import type { Kv2Writer } from './kv2.writer.js';
import { hasPreconditions, requirePreconditions } from './preconditions.js';
import type { SecretTurns } from './secret-turns.js';

/** Attempts at a check-and-set; with the pauses between them more than many processes on one secret need. */
const MAX_ATTEMPTS = 100;
const MAX_PAUSE_MS = 50;

/** Writes, rotations and removals of a key: read, change, compare-and-set, or one plain write where that says all. */
export class Kv2Changes {
  constructor(
    private readonly engine: Kv2Engine,
    private readonly writer: Kv2Writer,
    private readonly outcomes: Kv2Outcomes,
    private readonly removals: Kv2Removals,
    private readonly stamps: Kv2Stamps,
    private readonly turns: SecretTurns,
    private readonly budgetMs: number,
  ) {}

  /** @throws SecretError as SecretProvider.change */
  async change(uri: SecretUri, change: SecretChange, options: ChangeOptions): Promise<ChangeOutcome> {
    const untilMs = performance.now() + this.budgetMs;
    const run = (): Promise<WrittenVersion | number> => this.carryOut(uri, change, options, untilMs);
    // A plain write needs no turn; it takes one where others would lose their check-and-set to it.
    const isFree = isPlainWrite(change, options) && !this.turns.isTaken(uri.canonical);
    const result = isFree ? await run() : await this.turns.run(uri.canonical, untilMs, run);
    if (typeof result === 'number') return { created: false, version: result, warnings: [] };
    const created = result.version === 1;
    const warnings = created ? await this.stamps.stamp(uri, result, options.subject) : [];
    return { created, version: result.version, warnings };
  }

  /** The version that was written, or the number of the one that was deleted with its last key. */
  private async carryOut(
    uri: SecretUri,
    change: SecretChange,
    options: ChangeOptions,
    untilMs: number,
  ): Promise<WrittenVersion | number> {
    if (isPlainWrite(change, options)) {
      const written = await this.writer.write(uri, change.values.open());
      if (written !== 'cas-required') return written;
    }
    for (let attempt = 1; ; attempt += 1) {
      // Also after a conflict: what a process before this one had sent may have arrived only now.
      const earlier = await this.findEarlier(uri, change, options.attempt);
      if (earlier !== undefined) return earlier;
      const result = await this.attempt(uri, change, options);
      if (result !== 'conflict') return result;
      if (hasPreconditions(options)) throw new SecretError('PRECONDITION_FAILED');
      if (attempt === MAX_ATTEMPTS || performance.now() > untilMs) throw new SecretError('WRITE_CONFLICT');
      await sleep(Math.random() * Math.min(attempt * 2, MAX_PAUSE_MS));
    }
  }

  private async attempt(
    uri: SecretUri,
    change: SecretChange,
    options: ChangeOptions,
  ): Promise<WrittenVersion | number | 'conflict'> {
    if (change.kind === 'replace' && !change.mustExist) {
      const base = await this.findBase(uri, options);
      await options.attempt?.announce(base);
      return this.writer.writeAfter(uri, change.values.open(), base);
    }
    const stored = await this.engine.read(uri);
    requirePreconditions(stored.version, options);
    const values = applyChange(asCurrent(stored), change);
    await options.attempt?.announce(stored.version);
    if (values !== undefined) return this.writer.writeAfter(uri, values, stored.version);
    return (await this.removals.removeVersion(uri, stored.version)) ? stored.version : 'conflict';
  }

  /**
   * What became of the change in the hands of a process that died over it, by the version that it was about to make.
   * @returns undefined where nothing is there of it
   * @throws SecretError OUTCOME_UNKNOWN where the store cannot tell
   */
  private async findEarlier(
    uri: SecretUri,
    change: SecretChange,
    attempt: ChangeAttempt | undefined,
  ): Promise<WrittenVersion | number | undefined> {
    const base = attempt?.earlierBase;
    if (base === undefined) return undefined;
    const values = await this.valuesAfter(uri, change, base);
    if (values === undefined) {
      const { state } = await this.engine.read(uri, base);
      return state === 'deleted' ? base : undefined;
    }
    const unconfirmed = new Kv2Failure('PROVIDER_ERROR', 'possible');
    const found = await this.outcomes.ofWriteAfter(uri, values, base, unconfirmed);
    return typeof found === 'string' ? undefined : found;
  }

  /** What the change made of version `base`. @returns undefined where it was about to delete that */
  private async valuesAfter(
    uri: SecretUri,
    change: SecretChange,
    base: number,
  ): Promise<JsonObject | undefined> {
    if (change.kind === 'replace') return change.values.open();
    if (base === 0) return applyChange({ state: 'missing' }, change);
    const stored = await this.engine.read(uri, base);
    // Deleted since: of a removal of the last key that is what was wanted, else the key stood on nothing.
    if (stored.state !== 'live' && change.kind === 'remove-key') return undefined;
    return applyChange(asCurrent(stored), change);
  }

  /** The version to write after, where the map that is there does not matter. */
  private async findBase(uri: SecretUri, { ifMatch, ifNoneMatch }: ChangeOptions): Promise<number> {
    if (ifNoneMatch === true) {
      requirePreconditions(0, { ifMatch });
      return 0;
    }
    return ifMatch ?? (await this.engine.findMetadata(uri))?.currentVersion ?? 0;
  }
}

function isPlainWrite(
  change: SecretChange,
  options: ChangeOptions,
): change is Extract<SecretChange, { kind: 'replace' }> {
  const isBound = hasPreconditions(options) || options.attempt !== undefined;
  return change.kind === 'replace' && !change.mustExist && !isBound;
}
