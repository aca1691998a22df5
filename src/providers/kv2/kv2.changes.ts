import { setTimeout as sleep } from 'node:timers/promises';
import type { ChangeOptions, ChangeOutcome } from '../../ports/secret-provider.port.js';
import { SecretError } from '../../secrets/secret.errors.js';
import { applyChange } from '../../secrets/secret-change.js';
import type { SecretChange } from '../../secrets/secret-change.js';
import type { SecretUri } from '../../secrets/secret-uri.js';
import type { Kv2Engine } from './kv2.engine.js';
import type { Kv2EarlierChanges } from './kv2.earlier-changes.js';
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
    private readonly earlier: Kv2EarlierChanges,
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
      const earlier = await this.earlier.find(uri, change, options.attempt);
      if (earlier !== undefined) return earlier;
      const result = await this.attempt(uri, change, options);
      if (result !== 'conflict') return result;
      if (hasPreconditions(options)) return this.earlier.require(uri, change, options.attempt);
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
      const late = await this.earlier.findSince(uri, change, options.attempt, base);
      if (late !== undefined) return late;
      await options.attempt?.announce(base);
      return this.writer.writeAfter(uri, change.values.open(), base);
    }
    const stored = await this.engine.read(uri);
    const late = await this.earlier.findSince(uri, change, options.attempt, stored.version);
    if (late !== undefined) return late;
    requirePreconditions(stored.version, options);
    const values = applyChange(asCurrent(stored), change);
    await options.attempt?.announce(stored.version);
    if (values !== undefined) return this.writer.writeAfter(uri, values, stored.version);
    return (await this.removals.removeVersion(uri, stored.version)) ? stored.version : 'conflict';
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
