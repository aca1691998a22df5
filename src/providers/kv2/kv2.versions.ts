import { SecretError } from '../../secrets/secret.errors.js';
import type { VersionOutcome, VersionResult, VersionState } from '../../secrets/secret-metadata.js';
import type { SecretUri } from '../../secrets/secret-uri.js';
import type { Kv2Engine } from './kv2.engine.js';
import type { Kv2Outcomes } from './kv2.outcomes.js';
import type { StoredMetadata } from './kv2.records.js';

/** What is told of a version by the state it was found in; those that are acted on are told what is done to them. */
type OutcomeTable = Readonly<Record<VersionState | 'unknown', VersionOutcome>>;

const UNDELETED: OutcomeTable = {
  live: 'already',
  deleted: 'undeleted',
  destroyed: 'destroyed',
  unknown: 'not_found',
};
const DESTROYED: OutcomeTable = {
  live: 'destroyed',
  deleted: 'destroyed',
  destroyed: 'already',
  unknown: 'not_found',
};

/** Undeletes and destroys single versions. The store answers 204 whatever it did, so its metadata is read first. */
export class Kv2Versions {
  constructor(
    private readonly engine: Kv2Engine,
    private readonly outcomes: Kv2Outcomes,
  ) {}

  /** @throws SecretError SECRET_NOT_FOUND, OUTCOME_UNKNOWN, Kv2Failure */
  undelete(uri: SecretUri, versions: readonly number[]): Promise<readonly VersionResult[]> {
    return this.act('undelete', uri, versions, ['deleted'], UNDELETED);
  }

  /** @throws as `undelete` */
  destroy(uri: SecretUri, versions: readonly number[]): Promise<readonly VersionResult[]> {
    return this.act('destroy', uri, versions, ['live', 'deleted'], DESTROYED);
  }

  private async act(
    action: 'undelete' | 'destroy',
    uri: SecretUri,
    versions: readonly number[],
    actedOn: readonly VersionState[],
    outcomes: OutcomeTable,
  ): Promise<readonly VersionResult[]> {
    const metadata = await this.engine.findMetadata(uri);
    if (metadata === undefined) throw new SecretError('SECRET_NOT_FOUND');
    const found = versions.map((version) => ({ version, state: stateOf(metadata, version) }));
    const wanted = found
      .filter(({ state }) => actedOn.some((known) => known === state))
      .map(({ version }) => version);
    if (wanted.length > 0) {
      await this.outcomes.settle(
        uri,
        () => this.engine.actOnVersions(action, uri, wanted),
        (after) =>
          after !== undefined &&
          !wanted.some((version) => actedOn.some((known) => known === stateOf(after, version))),
      );
    }
    return found.map(({ version, state }) => ({ version, outcome: outcomes[state] }));
  }
}

function stateOf({ versions }: StoredMetadata, version: number): VersionState | 'unknown' {
  return versions.find((entry) => entry.version === version)?.state ?? 'unknown';
}
