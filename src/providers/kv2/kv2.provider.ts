import type { StoreConfig } from '../../config/app-config.js';
import { SecretProvider } from '../../ports/secret-provider.port.js';
import type {
  ChangeOptions,
  ChangeOutcome,
  ObservableStore,
  Preconditions,
  Removal,
  SecretKeys,
  SecretSnapshot,
  StoreHealth,
  VersionedStore,
} from '../../ports/secret-provider.port.js';
import { Sealed } from '../../secrets/sealed.js';
import { SecretError } from '../../secrets/secret.errors.js';
import type { SecretChange } from '../../secrets/secret-change.js';
import type { SecretMetadata, VersionResult } from '../../secrets/secret-metadata.js';
import type { SecretPrefix, SecretUri } from '../../secrets/secret-uri.js';
import type { ListedSecret, Walk } from '../../secrets/walk.js';
import { Kv2Changes } from './kv2.changes.js';
import { Kv2Client } from './kv2.client.js';
import { Kv2CustomMetadata } from './kv2.custom-metadata.js';
import { Kv2EarlierChanges } from './kv2.earlier-changes.js';
import { Kv2Engine } from './kv2.engine.js';
import { Kv2Folders } from './kv2.folders.js';
import { Kv2Health } from './kv2.health.js';
import { Kv2Listing } from './kv2.listing.js';
import { Kv2Login } from './kv2.login.js';
import { Kv2Mounts } from './kv2.mounts.js';
import { Kv2Outcomes } from './kv2.outcomes.js';
import { Kv2Reads } from './kv2.reads.js';
import { Kv2Removals } from './kv2.removals.js';
import { Kv2Session } from './kv2.session.js';
import { Kv2Stamps } from './kv2.stamps.js';
import { Kv2TokenApi } from './kv2.token-api.js';
import { Kv2Versions } from './kv2.versions.js';
import { Kv2Writer } from './kv2.writer.js';
import { SecretTurns } from './secret-turns.js';

/** Attempts' worth of time that one change may take, with its wait for its turn. */
const BUDGET_ATTEMPTS = 3;

export interface Kv2Options {
  /** Of one attempt, with its whole answer. */
  readonly timeoutMs: number;
}

/**
 * Secrets in a KV version 2 engine of OpenBao or HashiCorp Vault: one code for both, since what only OpenBao has (SCAN,
 * check-and-set of metadata) is found out call by call. Needs no store until it is first called.
 */
export class Kv2Provider extends SecretProvider implements VersionedStore, ObservableStore {
  private readonly client: Kv2Client;
  private readonly health: Kv2Health;
  private readonly login: Kv2Login;
  private readonly engine: Kv2Engine;
  private readonly listing: Kv2Listing;
  private readonly outcomes: Kv2Outcomes;
  private readonly metadata: Kv2CustomMetadata;
  private readonly reads: Kv2Reads;
  private readonly changes: Kv2Changes;
  private readonly removals: Kv2Removals;
  private readonly versions: Kv2Versions;
  private readonly turns = new SecretTurns();
  private readonly budgetMs: number;

  constructor(config: StoreConfig, { timeoutMs }: Kv2Options) {
    super();
    this.budgetMs = timeoutMs * BUDGET_ATTEMPTS;
    this.client = new Kv2Client(config, timeoutMs);
    this.health = new Kv2Health(config, timeoutMs);
    this.login = new Kv2Login(new Kv2TokenApi(this.client), config);
    const session = new Kv2Session(this.client, this.login);
    const mounts = new Kv2Mounts(session);
    this.engine = new Kv2Engine(session, mounts);
    this.listing = new Kv2Listing(new Kv2Folders(session, mounts), this.engine);
    this.outcomes = new Kv2Outcomes(this.engine);
    this.metadata = new Kv2CustomMetadata(this.engine);
    this.reads = new Kv2Reads(this.engine);
    this.removals = new Kv2Removals(this.engine, this.outcomes);
    this.versions = new Kv2Versions(this.engine, this.outcomes);
    this.changes = new Kv2Changes(
      this.engine,
      new Kv2Writer(this.engine, this.outcomes),
      new Kv2EarlierChanges(this.engine, this.outcomes),
      this.removals,
      new Kv2Stamps(this.engine, this.metadata),
      this.turns,
      this.budgetMs,
    );
  }

  override async read(uri: SecretUri): Promise<SecretSnapshot> {
    const { values, version } = await this.reads.read(uri);
    return { values: new Sealed(values), version };
  }

  override readKeys(uri: SecretUri): Promise<SecretKeys> {
    return this.reads.readKeys(uri);
  }

  override change(uri: SecretUri, change: SecretChange, options: ChangeOptions): Promise<ChangeOutcome> {
    return this.changes.change(uri, change, options);
  }

  override remove(uri: SecretUri, preconditions: Preconditions): Promise<Removal> {
    return this.inTurn(uri, () => this.removals.remove(uri, preconditions));
  }

  override destroy(uri: SecretUri, preconditions: Preconditions): Promise<Removal> {
    return this.inTurn(uri, () => this.removals.destroy(uri, preconditions));
  }

  override list(prefix: SecretPrefix, walk: Walk): AsyncIterable<readonly ListedSecret[]> {
    return this.listing.list(prefix, walk);
  }

  async readMetadata(uri: SecretUri): Promise<SecretMetadata> {
    const metadata = await this.engine.findMetadata(uri);
    if (metadata === undefined) throw new SecretError('SECRET_NOT_FOUND');
    const { metadataVersion: _, ...rest } = metadata;
    return rest;
  }

  undelete(uri: SecretUri, versions: readonly number[]): Promise<readonly VersionResult[]> {
    return this.inTurn(uri, () => this.versions.undelete(uri, versions));
  }

  destroyVersions(uri: SecretUri, versions: readonly number[]): Promise<readonly VersionResult[]> {
    return this.inTurn(uri, () => this.versions.destroy(uri, versions));
  }

  async updateOwner(uri: SecretUri, owner: string): Promise<void> {
    const result = await this.outcomes.settle(
      uri,
      () => this.metadata.set(uri, () => ({ owner })),
      (metadata) => metadata?.customMetadata.owner === owner,
    );
    if (result === 'missing') throw new SecretError('SECRET_NOT_FOUND');
  }

  checkHealth(): Promise<StoreHealth> {
    return this.health.check();
  }

  /** Ends timers and connections once what is under way has been answered. */
  async close(): Promise<void> {
    this.login.close();
    await Promise.all([this.client.close(), this.health.close()]);
  }

  private inTurn<T>(uri: SecretUri, task: () => Promise<T>): Promise<T> {
    return this.turns.run(uri.canonical, performance.now() + this.budgetMs, task);
  }
}
