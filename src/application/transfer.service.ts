import { Injectable } from '@nestjs/common';
import { Metrics } from '../observability/metrics.js';
import type { ChangeOutcome, Preconditions, SecretSnapshot } from '../ports/secret-provider.port.js';
import { SecretProviders } from '../ports/secret-providers.port.js';
import type { Grant } from '../secrets/grant.js';
import type { JsonValue } from '../secrets/json.js';
import { isSameValue } from '../secrets/json-equality.js';
import { Sealed } from '../secrets/sealed.js';
import { SecretError } from '../secrets/secret.errors.js';
import { copyFor, valueAt } from '../secrets/secret-value.js';
import type { IdempotentRequest } from './idempotent-request.js';
import { Idempotency } from './idempotency.service.js';
import type { Once } from './idempotency.service.js';
import type { WorkAttempt } from './work-attempt.js';

/** How a copy meets what stands at its destination. */
export interface CopyOptions {
  readonly overwrite: boolean;
  /** Of the destination. */
  readonly preconditions: Preconditions;
  /** There where the request bears an Idempotency-Key. */
  readonly request?: IdempotentRequest | undefined;
}

type SourceSnapshot = SecretSnapshot & { readonly value: Sealed<JsonValue> };

/** What a move notes before it takes the source away: the copy, and the version of the source that was copied. */
interface CopiedNote {
  readonly outcome: ChangeOutcome;
  readonly sourceVersion: number | undefined;
}

/** Failures of a look or a delete that say: the source is not there any more, which is what was wanted. */
const GONE: ReadonlySet<string> = new Set(['SECRET_NOT_FOUND', 'SECRET_DELETED', 'FRAGMENT_NOT_FOUND']);
/** Names of the notes of a request with an Idempotency-Key. */
const BASE = 'base';
const COPIED = 'copied';
const SOURCE_UNKNOWN =
  'The copy stands at the destination. Whether the source was taken away could not be found out: look, and where it is still there delete it, or move again with overwrite.';

/** Copies between any two providers: a key to a key, or a whole secret to a whole secret. */
@Injectable()
export class TransferService {
  constructor(
    private readonly providers: SecretProviders,
    private readonly idempotency: Idempotency,
    private readonly metrics: Metrics,
  ) {}

  /**
   * @throws SecretError of the read and the change, and of Idempotency.run; ALREADY_EXISTS where the destination is
   *   there and may not be overwritten
   */
  copy(source: Grant, destination: Grant, options: CopyOptions): Promise<Once<ChangeOutcome>> {
    return this.idempotency.run(options.request, async (attempt) => {
      const { value } = await this.readSource(source);
      return this.put(destination, value, options, attempt);
    });
  }

  /**
   * Copies, looks whether the destination holds the value, and only then takes away what was copied and nothing newer.
   * @param removal the grant under which the source is taken away
   * @throws SecretError as `copy`; SOURCE_CHANGED, MOVE_INCOMPLETE (both exist, unless its detail says that this is
   *   not known)
   */
  move(
    source: Grant,
    destination: Grant,
    removal: Grant,
    options: CopyOptions,
  ): Promise<Once<ChangeOutcome>> {
    return this.idempotency.run(options.request, async (attempt) => {
      const earlier = attempt?.findNote(COPIED);
      if (earlier !== undefined) return this.finish(destination, removal, JSON.parse(earlier) as CopiedNote);
      const copied = await this.readSource(source);
      const outcome = await this.put(destination, copied.value, options, attempt);
      return asIncomplete(async () => {
        await this.verify(destination, outcome, copied.value);
        const note: CopiedNote = { outcome, sourceVersion: copied.version };
        await attempt?.note(COPIED, JSON.stringify(note));
        await this.removeSource(removal, copied);
        return outcome;
      });
    });
  }

  /** Goes on where a process died between the copy, which stands, and the removal of the source. */
  private finish(
    destination: Grant,
    removal: Grant,
    { outcome, sourceVersion }: CopiedNote,
  ): Promise<ChangeOutcome> {
    return asIncomplete(async () => {
      const { values } = await this.readWritten(destination, outcome);
      const value = new Sealed(valueAt(values.open(), destination.resource.fragment));
      await this.removeSource(removal, { values, version: sourceVersion, value });
      return outcome;
    });
  }

  private async readSource({ resource: uri }: Grant): Promise<SourceSnapshot> {
    const snapshot = await this.providers.call(uri.scheme, 'read', (provider) => provider.read(uri));
    return { ...snapshot, value: new Sealed(valueAt(snapshot.values.open(), uri.fragment)) };
  }

  private async put(
    grant: Grant,
    value: Sealed<JsonValue>,
    options: CopyOptions,
    attempt: WorkAttempt | undefined,
  ): Promise<ChangeOutcome> {
    const { resource: uri, caller } = grant;
    const { overwrite, preconditions } = options;
    const change = copyFor(uri, value.open(), !overwrite);
    // The store decides, by its check-and-set: a look before would be overtaken.
    const isGuarded = !overwrite && change.kind === 'replace';
    const conditions = {
      ...preconditions,
      ...(isGuarded && { ifNoneMatch: true }),
      subject: caller.subject,
      attempt: attempt?.change(BASE),
    };
    try {
      const outcome = await this.providers.call(uri.scheme, 'change', (provider) =>
        provider.change(uri.secret(), change, conditions),
      );
      if (outcome.warnings.length > 0) this.metrics.stampFailures.inc({ provider: uri.scheme });
      return outcome;
    } catch (error) {
      const wasAsked = preconditions.ifNoneMatch === true;
      if (isGuarded && !wasAsked && error instanceof SecretError && error.code === 'PRECONDITION_FAILED') {
        throw new SecretError('ALREADY_EXISTS');
      }
      throw error;
    }
  }

  /** @throws SecretError MOVE_INCOMPLETE where somebody wrote over the copy already */
  private async verify(destination: Grant, outcome: ChangeOutcome, value: Sealed<JsonValue>): Promise<void> {
    const { values } = await this.readWritten(destination, outcome);
    if (!isSameValue(valueAt(values.open(), destination.resource.fragment), value.open()))
      throw new SecretError('MOVE_INCOMPLETE');
  }

  private readWritten({ resource: uri }: Grant, { version }: ChangeOutcome): Promise<SecretSnapshot> {
    const written = version === undefined ? uri.secret() : uri.secret().withVersion(version);
    return this.providers.call(uri.scheme, 'read', (provider) => provider.read(written));
  }

  private async removeSource({ resource: uri }: Grant, copied: SourceSnapshot): Promise<void> {
    const { scheme, fragment: key } = uri;
    const { version: ifMatch, values: ifValues, value: onlyIf } = copied;
    try {
      if (key !== undefined) {
        const change = { kind: 'remove-key', key, onlyIf } as const;
        await this.providers.call(scheme, 'change', (provider) =>
          provider.change(uri.secret(), change, { subject: undefined }),
        );
      } else {
        const conditions = ifMatch === undefined ? { ifValues } : { ifMatch };
        await this.providers.call(scheme, 'remove', (provider) => provider.remove(uri, conditions));
      }
    } catch (error) {
      if (!(error instanceof SecretError)) throw error;
      if (error.code === 'PRECONDITION_FAILED') throw new SecretError('SOURCE_CHANGED');
      if (!GONE.has(error.code)) throw error;
    }
  }
}

/** Once the copy stands, whatever fails leaves both: what was copied, and the source, as far as that is known. */
async function asIncomplete<T>(rest: () => Promise<T>): Promise<T> {
  try {
    return await rest();
  } catch (error) {
    const code = error instanceof SecretError ? error.code : 'OUTCOME_UNKNOWN';
    if (code === 'SOURCE_CHANGED') throw error;
    const detail = code === 'OUTCOME_UNKNOWN' ? SOURCE_UNKNOWN : undefined;
    throw new SecretError('MOVE_INCOMPLETE', detail, {}, { cause: error });
  }
}
