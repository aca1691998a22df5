import type { ChangeAttempt } from '../../ports/secret-provider.port.js';
import type { JsonObject } from '../../secrets/json.js';
import { SecretError } from '../../secrets/secret.errors.js';
import { applyChange } from '../../secrets/secret-change.js';
import type { SecretChange } from '../../secrets/secret-change.js';
import type { SecretUri } from '../../secrets/secret-uri.js';
import type { Kv2Engine } from './kv2.engine.js';
import { Kv2Failure } from './kv2.failure.js';
import type { Kv2Outcomes } from './kv2.outcomes.js';
import { asCurrent } from './kv2.records.js';
import type { WrittenVersion } from './kv2.records.js';

/** What became of a change in the hands of a process that died over it, by the version that it was about to make. */
export class Kv2EarlierChanges {
  constructor(
    private readonly engine: Kv2Engine,
    private readonly outcomes: Kv2Outcomes,
  ) {}

  /**
   * @returns undefined where nothing is there of it
   * @throws SecretError OUTCOME_UNKNOWN where the store cannot tell
   */
  async find(
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

  /**
   * Once more where a version came since: it may be that of the process before, which came through after the look.
   * @param version the latest one now
   */
  async findSince(
    uri: SecretUri,
    change: SecretChange,
    attempt: ChangeAttempt | undefined,
    version: number,
  ): Promise<WrittenVersion | number | undefined> {
    const isNew = attempt?.earlierBase !== undefined && version > attempt.earlierBase;
    return isNew ? this.find(uri, change, attempt) : undefined;
  }

  /** After a conflict. @throws SecretError PRECONDITION_FAILED where another change took the version */
  async require(
    uri: SecretUri,
    change: SecretChange,
    attempt: ChangeAttempt | undefined,
  ): Promise<WrittenVersion | number> {
    const earlier = await this.find(uri, change, attempt);
    if (earlier === undefined) throw new SecretError('PRECONDITION_FAILED');
    return earlier;
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
}
