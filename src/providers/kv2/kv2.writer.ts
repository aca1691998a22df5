import { setTimeout as sleep } from 'node:timers/promises';
import { SecretError } from '../../secrets/secret.errors.js';
import type { JsonObject } from '../../secrets/json.js';
import type { SecretUri } from '../../secrets/secret-uri.js';
import { nowMs } from './kv2.clock.js';
import type { Kv2Engine } from './kv2.engine.js';
import type { Kv2Failure } from './kv2.failure.js';
import { outcomeUnknown } from './kv2.failures.js';
import { isDoubtful } from './kv2.outcomes.js';
import type { Kv2Outcomes, WriteFinding } from './kv2.outcomes.js';
import type { WrittenVersion } from './kv2.records.js';

const MAX_SENDS = 3;
const PAUSE_MS = 100;

/** Writes one version, and finds out what became of it where the answer was lost. */
export class Kv2Writer {
  constructor(
    private readonly engine: Kv2Engine,
    private readonly outcomes: Kv2Outcomes,
  ) {}

  /**
   * Whatever is there. Sent once: sent again, a version could come twice.
   * @throws SecretError OUTCOME_UNKNOWN, and the store's failures where nothing was written
   */
  async write(uri: SecretUri, values: JsonObject): Promise<WrittenVersion | 'cas-required'> {
    const startMs = nowMs();
    try {
      const result = await this.engine.write(uri, values);
      if (result === 'conflict') throw new SecretError('PROVIDER_ERROR');
      return result;
    } catch (error) {
      if (!isDoubtful(error)) throw error;
      const first = await this.outcomes.ofWrite(uri, values, startMs, error);
      if (first !== 'absent') return first;
      // What broke the connection may have let the call through, a little later than the look.
      await sleep(PAUSE_MS);
      const second = await this.outcomes.ofWrite(uri, values, startMs, error);
      if (second !== 'absent') return second;
      throw this.outcomes.asAbsent(error);
    }
  }

  /**
   * As version `base + 1`, if that is still free. May be sent again: the check-and-set lets only one of them through.
   * @param base 0 for a secret without versions
   * @throws as `write`
   */
  async writeAfter(uri: SecretUri, values: JsonObject, base: number): Promise<WrittenVersion | 'conflict'> {
    for (let sent = 1, doubt: unknown; ; sent += 1) {
      try {
        const result = await this.engine.write(uri, values, base);
        if (result === 'cas-required') throw new SecretError('PROVIDER_ERROR');
        if (result !== 'conflict' || doubt === undefined) return result;
      } catch (error) {
        if (!isDoubtful(error)) throw doubt === undefined ? error : outcomeUnknown(error);
        doubt = error;
      }
      // Also after a conflict: it may be the one before it that got through late.
      if (!isDoubtful(doubt)) throw doubt;
      const isLast = sent >= MAX_SENDS || doubt.code === 'PROVIDER_TIMEOUT';
      const found = await this.findAfter(uri, values, base, doubt, isLast);
      if (found === 'overtaken') return 'conflict';
      if (found !== 'absent') return found;
      if (isLast) throw this.outcomes.asAbsent(doubt);
      await sleep(PAUSE_MS);
    }
  }

  /** Before a write is given up the store is looked at twice, as after a plain one: it may come a little later. */
  private async findAfter(
    uri: SecretUri,
    values: JsonObject,
    base: number,
    doubt: Kv2Failure,
    isLast: boolean,
  ): Promise<WriteFinding> {
    const found = await this.outcomes.ofWriteAfter(uri, values, base, doubt);
    if (found !== 'absent' || !isLast) return found;
    await sleep(PAUSE_MS);
    return this.outcomes.ofWriteAfter(uri, values, base, doubt);
  }
}
