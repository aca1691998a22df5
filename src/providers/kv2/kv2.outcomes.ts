import { setTimeout as sleep } from 'node:timers/promises';
import { SecretError } from '../../secrets/secret.errors.js';
import type { JsonObject } from '../../secrets/json.js';
import type { SecretUri } from '../../secrets/secret-uri.js';
import type { Kv2Engine } from './kv2.engine.js';
import { Kv2Failure } from './kv2.failure.js';
import { outcomeUnknown } from './kv2.failures.js';
import type { StoredMetadata, WrittenVersion } from './kv2.records.js';
import { isStoredAs } from './stored-equality.js';
import { TransportFault } from './transport-fault.js';

/** `absent`: nothing of the write is there. `overtaken`: another write took the version it was meant for. */
export type WriteFinding = WrittenVersion | 'absent' | 'overtaken';

const LOOKS = 3;
const LOOK_PAUSE_MS = 100;
/** A plain write leaves so many versions to compare at the most; more written meanwhile cannot be told apart. */
const MAX_CANDIDATES = 8;
/** How often a call that may be repeated without harm is sent. */
const MAX_SENDS = 2;

export function isDoubtful(error: unknown): error is Kv2Failure {
  return error instanceof Kv2Failure && error.effect === 'possible';
}

/** What became of a change whose answer was lost: the store is looked at before anything is repeated or said. */
export class Kv2Outcomes {
  constructor(private readonly engine: Kv2Engine) {}

  /**
   * Of a write with check-and-set after version `base`.
   * @throws SecretError OUTCOME_UNKNOWN where the store cannot tell
   */
  async ofWriteAfter(
    uri: SecretUri,
    values: JsonObject,
    base: number,
    failure: Kv2Failure,
  ): Promise<WriteFinding> {
    const metadata = await this.look(failure, () => this.engine.findMetadata(uri));
    const current = metadata?.currentVersion ?? 0;
    if (current === base) return 'absent';
    // Fewer versions than before: destroyed meanwhile, and what was written before that is gone.
    if (metadata === undefined || current < base) throw outcomeUnknown(failure);
    const next = await this.look(failure, () => this.engine.read(uri, base + 1));
    if (next.state !== 'live') throw outcomeUnknown(failure);
    return isStoredAs(values, next.values) ? writtenAs(metadata, base + 1) : 'overtaken';
  }

  /**
   * Of a write without check-and-set, by the versions that came since it began.
   * @param startMs when it began, from `nowMs`
   * @throws SecretError OUTCOME_UNKNOWN where the store cannot tell
   */
  async ofWrite(
    uri: SecretUri,
    values: JsonObject,
    startMs: number,
    failure: Kv2Failure,
  ): Promise<WrittenVersion | 'absent'> {
    const { metadata, reading } = await this.look(failure, () => this.engine.observeMetadata(uri));
    if (metadata === undefined || metadata.currentVersion === 0) return 'absent';
    const relations = metadata.versions.map(({ version, createdTime, state }) => ({
      version,
      state,
      relation: this.engine.clock.relate(createdTime, startMs, reading),
    }));
    const candidates = relations.filter(({ relation }) => relation !== 'before');
    const isPruned = candidates.length === relations.length && metadata.oldestVersion > 1;
    const isOpen = candidates.some(({ state }) => state !== 'live') || candidates.length > MAX_CANDIDATES;
    const matches = isOpen ? [] : await this.findMatches(uri, values, candidates, failure);
    const [match] = matches;
    if (match === undefined && !isOpen && !isPruned) return 'absent';
    if (match === undefined || matches.length > 1 || match.relation === 'unclear')
      throw outcomeUnknown(failure);
    return writtenAs(metadata, match.version);
  }

  /**
   * Carries out what may be sent again without harm, and looks before it does so.
   * @param isDone whether the store holds what was wanted
   * @throws SecretError OUTCOME_UNKNOWN, or the failure where the store certainly did nothing
   */
  async settle<T>(
    uri: SecretUri,
    send: () => Promise<T>,
    isDone: (metadata: StoredMetadata | undefined) => boolean,
    maxSends = MAX_SENDS,
  ): Promise<T | undefined> {
    for (let sent = 1; ; sent += 1) {
      try {
        return await send();
      } catch (error) {
        if (!isDoubtful(error)) throw sent === 1 ? error : outcomeUnknown(error);
        if (isDone(await this.look(error, () => this.engine.findMetadata(uri)))) return undefined;
        await sleep(LOOK_PAUSE_MS);
        if (sent < maxSends) continue;
        // What broke the connection may have let the call through, a little later than the look.
        if (isDone(await this.look(error, () => this.engine.findMetadata(uri)))) return undefined;
        throw this.asAbsent(error);
      }
    }
  }

  /** What to say of a change of which nothing was found: after silence it may still come. */
  asAbsent(failure: Kv2Failure): SecretError {
    return failure.code === 'PROVIDER_TIMEOUT' ? outcomeUnknown(failure) : failure;
  }

  /** Asks the store, more than once where it is away. @throws SecretError OUTCOME_UNKNOWN */
  async look<T>(failure: Kv2Failure, ask: () => Promise<T>): Promise<T> {
    for (let look = 1; ; look += 1) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof SecretError)) throw error;
        if (look < LOOKS && error.code !== 'PROVIDER_TIMEOUT') {
          await sleep(LOOK_PAUSE_MS * look);
          continue;
        }
        // A store that answers 503 to the change and to the looks refuses work; it was not cut off in the midst of it.
        const isRefused =
          failure.code === 'PROVIDER_UNAVAILABLE' && !(failure.cause instanceof TransportFault);
        throw isRefused && error.code === failure.code ? failure : outcomeUnknown(error);
      }
    }
  }

  private async findMatches<V extends { readonly version: number }>(
    uri: SecretUri,
    values: JsonObject,
    candidates: readonly V[],
    failure: Kv2Failure,
  ): Promise<V[]> {
    const matches: V[] = [];
    for (const candidate of candidates) {
      const stored = await this.look(failure, () => this.engine.read(uri, candidate.version));
      if (stored.state !== 'live') throw outcomeUnknown(failure);
      if (isStoredAs(values, stored.values)) matches.push(candidate);
    }
    return matches;
  }
}

function writtenAs({ versions, customMetadata }: StoredMetadata, version: number): WrittenVersion {
  const createdTime = versions.find((entry) => entry.version === version)?.createdTime ?? '';
  return { version, createdTime, customMetadata };
}
