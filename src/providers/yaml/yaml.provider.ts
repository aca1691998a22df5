import { Injectable } from '@nestjs/common';
import { SecretProvider } from '../../ports/secret-provider.port.js';
import type {
  ChangeAttempt,
  ChangeOptions,
  ChangeOutcome,
  ObservableStore,
  Preconditions,
  Removal,
  RemovalConditions,
  SecretKeys,
  SecretSnapshot,
  StoreHealth,
} from '../../ports/secret-provider.port.js';
import { isSameJson } from '../../secrets/json-equality.js';
import { Sealed } from '../../secrets/sealed.js';
import { SecretError } from '../../secrets/secret.errors.js';
import { applyChange, isApplied, requireLive } from '../../secrets/secret-change.js';
import type { CurrentSecret, SecretChange } from '../../secrets/secret-change.js';
import type { SecretPrefix, SecretUri } from '../../secrets/secret-uri.js';
import type { ListedSecret, Walk } from '../../secrets/walk.js';
import type { YamlContents } from './yaml-contents.js';
import type { YamlEntry } from './yaml-entry.js';
import type { YamlFile } from './yaml-file.js';
import { YamlListing } from './yaml-listing.js';
import type { YamlTransaction } from './yaml-transaction.js';

/**
 * Secrets of one YAML file that people edit too, for development: no versions, no metadata. A file that cannot be read
 * is PROVIDER_ERROR with line and column for every call until it is mended, and is not written over.
 * Maps that it hands out are frozen.
 */
@Injectable()
export class YamlProvider extends SecretProvider implements ObservableStore {
  private listings = new WeakMap<YamlContents, Promise<YamlListing>>();

  /** @param options `writable: false` refuses every change with PROVIDER_READ_ONLY */
  constructor(
    private readonly file: YamlFile,
    private readonly options: { readonly writable: boolean },
  ) {
    super();
  }

  override async read(uri: SecretUri): Promise<SecretSnapshot> {
    const { values } = await this.readEntry(uri);
    return { values: new Sealed(values), version: undefined };
  }

  override async readKeys(uri: SecretUri): Promise<SecretKeys> {
    const { keys } = await this.readEntry(uri);
    return { keys, version: undefined };
  }

  override async change(
    uri: SecretUri,
    change: SecretChange,
    options: ChangeOptions,
  ): Promise<ChangeOutcome> {
    const { attempt } = options;
    const earlier =
      attempt?.earlierBase === undefined ? undefined : await this.findEarlier(uri, change, attempt);
    if (earlier !== undefined) return earlier;
    if (attempt !== undefined) await attempt.announce((await this.file.read()).entries.has(uri.name) ? 1 : 0);
    return this.update(uri, options, (transaction, current) => {
      const values = applyChange(current, change);
      if (values === undefined) transaction.remove(uri.name);
      else transaction.put(uri.name, values);
      return { created: current.state === 'missing', version: undefined, warnings: [] };
    });
  }

  override remove(uri: SecretUri, conditions: RemovalConditions): Promise<Removal> {
    return this.update(uri, conditions, (transaction, current) => {
      const values = requireLive(current);
      const { ifValues } = conditions;
      if (ifValues !== undefined && !isSameJson(values, ifValues.open()))
        throw new SecretError('SOURCE_CHANGED');
      transaction.remove(uri.name);
      return { deleted: 'secret', version: undefined };
    });
  }

  /** There are no versions to keep: the same as `remove`. */
  override destroy(uri: SecretUri, preconditions: Preconditions): Promise<Removal> {
    return this.remove(uri, preconditions);
  }

  override async *list(prefix: SecretPrefix, walk: Walk): AsyncIterable<readonly ListedSecret[]> {
    const contents = await this.file.read();
    const known = this.listings.get(contents) ?? YamlListing.of(contents);
    this.listings.set(contents, known);
    yield* (await known).batches(prefix, walk);
  }

  async checkHealth(): Promise<StoreHealth> {
    try {
      await this.file.read();
      return { usable: true, state: this.options.writable ? 'readable and writable' : 'readable' };
    } catch (error) {
      if (error instanceof SecretError) return { usable: false, state: 'not readable' };
      throw error;
    }
  }

  private async readEntry(uri: SecretUri): Promise<YamlEntry> {
    if (uri.version !== undefined)
      throw new SecretError('NOT_SUPPORTED', 'Secrets of the YAML store have no versions.');
    const entry = (await this.file.read()).entries.get(uri.name);
    if (entry === undefined) throw new SecretError('SECRET_NOT_FOUND');
    return entry;
  }

  /** What a process before this one has done of the change, as far as the secret shows it. */
  private async findEarlier(
    uri: SecretUri,
    change: SecretChange,
    { earlierBase }: ChangeAttempt,
  ): Promise<ChangeOutcome | undefined> {
    const values = (await this.file.read()).entries.get(uri.name)?.values;
    const isDone = isApplied(values === undefined ? { state: 'missing' } : { state: 'live', values }, change);
    return isDone ? { created: earlierBase === 0, version: undefined, warnings: [] } : undefined;
  }

  private async update<T>(
    uri: SecretUri,
    { ifMatch, ifNoneMatch }: Preconditions,
    change: (transaction: YamlTransaction, current: CurrentSecret) => T,
  ): Promise<T> {
    if (!this.options.writable) throw new SecretError('PROVIDER_READ_ONLY');
    if (ifMatch !== undefined)
      throw new SecretError('NOT_SUPPORTED', 'Secrets of the YAML store have no versions to match.');
    return this.file.update((transaction) => {
      const values = transaction.find(uri.name);
      if (values !== undefined && ifNoneMatch === true) throw new SecretError('PRECONDITION_FAILED');
      return change(transaction, values === undefined ? { state: 'missing' } : { state: 'live', values });
    });
  }
}
