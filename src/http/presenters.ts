import type { BulkOutcome, BulkStep } from '../application/bulk.service.js';
import type { Once } from '../application/idempotency.service.js';
import type { Page } from '../application/listing.service.js';
import type { FoundSecret } from '../application/secret-search.js';
import type { Deletion } from '../application/secrets.service.js';
import type { Credentials } from '../application/vault.service.js';
import type { ChangeOutcome, SecretKeys } from '../ports/secret-provider.port.js';
import type { JsonValue } from '../secrets/json.js';
import type { SecretMetadata, SecretVersion, VersionResult } from '../secrets/secret-metadata.js';
import { SecretError } from '../secrets/secret.errors.js';
import type { SecretUri } from '../secrets/secret-uri.js';
import type { ListedSecret } from '../secrets/walk.js';
import { Answer } from './answer.js';
import type { BulkResultDto, BulkResultsDto } from './dto/bulk.dto.js';
import type { TransferredDto } from './dto/transfer.dto.js';
import type {
  ListedSecretDto,
  MetadataPageDto,
  SearchPageDto,
  SecretDeletedDto,
  SecretKeysDto,
  SecretWrittenDto,
} from './dto/answers.dto.js';
import type {
  MetadataDetailDto,
  SecretVersionDto,
  VersionListDto,
  VersionResultsDto,
} from './dto/versions.dto.js';

/** From what the services give to what stands on the wire. */

export function presentCredentials({ uri, value, version }: Credentials): Answer<JsonValue> {
  const opened = value.open();
  return new Answer(uri.fragment === undefined ? opened : { value: opened }, version);
}

export function presentWritten(
  uri: SecretUri,
  { outcome: { version, created, warnings }, isReplayed }: Once<ChangeOutcome>,
): Answer<SecretWrittenDto> {
  const body = {
    uri: uri.canonical,
    ...(version !== undefined && { version }),
    created,
    ...(warnings.length > 0 && { warnings: [...warnings] }),
  };
  return new Answer(body, version, created ? 201 : 200, isReplayed);
}

export function presentTransferred(
  from: SecretUri,
  to: SecretUri,
  { outcome: { version, created, warnings }, isReplayed }: Once<ChangeOutcome>,
): Answer<TransferredDto> {
  const body = {
    fromUri: from.canonical,
    toUri: to.canonical,
    ...(version !== undefined && { version }),
    ...(warnings.length > 0 && { warnings: [...warnings] }),
  };
  return new Answer(body, version, created ? 201 : 200, isReplayed);
}

export function presentDeleted(uri: SecretUri, { deleted, version }: Deletion): Answer<SecretDeletedDto> {
  const body = {
    uri: uri.canonical,
    deleted,
    ...(deleted === 'version' && version !== undefined && { version }),
  };
  return new Answer(body, version);
}

export function presentPage(page: Page<ListedSecret>): Answer<MetadataPageDto> {
  return new Answer(pageOf(page, presentListed));
}

export function presentSearch(page: Page<FoundSecret>): Answer<SearchPageDto> {
  return new Answer(
    pageOf(page, ({ uri, matched, keys }) => ({
      uri: uri.canonical,
      matched: [...matched],
      keys: [...keys],
    })),
  );
}

function pageOf<Item, Shown>(
  { items, nextCursor, offset, limit, truncated }: Page<Item>,
  show: (item: Item) => Shown,
): { items: Shown[]; next_cursor: string | null; offset: number; limit: number; truncated?: boolean } {
  return { items: items.map(show), next_cursor: nextCursor, offset, limit, ...(truncated && { truncated }) };
}

function presentListed(secret: ListedSecret): ListedSecretDto {
  const { uri, keys, currentVersion, createdTime, updatedTime, customMetadata } = secret;
  return {
    uri: uri.canonical,
    ...(keys && { keys: [...keys] }),
    ...(currentVersion !== undefined && { current_version: currentVersion }),
    ...(createdTime !== undefined && { created_time: createdTime }),
    ...(updatedTime !== undefined && { updated_time: updatedTime }),
    ...(customMetadata && { custom_metadata: customMetadata }),
  };
}

export function presentKeys(uri: SecretUri, { keys, version }: SecretKeys): Answer<SecretKeysDto> {
  return new Answer(
    { uri: uri.canonical, keys: [...keys], ...(version !== undefined && { version }) },
    version,
  );
}

export function presentMetadata(uri: SecretUri, metadata: SecretMetadata): Answer<MetadataDetailDto> {
  return new Answer({
    uri: uri.canonical,
    current_version: metadata.currentVersion,
    oldest_version: metadata.oldestVersion,
    created_time: metadata.createdTime,
    updated_time: metadata.updatedTime,
    max_versions: metadata.maxVersions,
    custom_metadata: metadata.customMetadata,
    versions: metadata.versions.map(presentVersion),
  });
}

export function presentVersions(
  uri: SecretUri,
  { currentVersion, versions }: SecretMetadata,
): Answer<VersionListDto> {
  return new Answer({
    uri: uri.canonical,
    current_version: currentVersion,
    versions: versions.map(presentVersion),
  });
}

function presentVersion({
  version,
  createdTime,
  deletionTime,
  destroyed,
  state,
}: SecretVersion): SecretVersionDto {
  return { version, created_time: createdTime, deletion_time: deletionTime, destroyed, state };
}

export function presentResults(uri: SecretUri, results: readonly VersionResult[]): Answer<VersionResultsDto> {
  return new Answer({
    uri: uri.canonical,
    results: results.map(({ version, outcome }) => ({ version, outcome })),
  });
}

export function presentBulk(
  steps: readonly BulkStep[],
  { outcome: outcomes, isReplayed }: Once<readonly BulkOutcome[]>,
): Answer<BulkResultsDto> {
  const results = steps.map((step, index) => presentOutcome(step, index, outcomes[index] ?? 'skipped'));
  const count = (wanted: BulkResultDto['status']): number =>
    results.filter(({ status }) => status === wanted).length;
  const counts = { succeeded: count('succeeded'), failed: count('failed'), skipped: count('skipped') };
  return new Answer({ ...counts, results }, undefined, 200, isReplayed);
}

function presentOutcome({ op, uri, work }: BulkStep, index: number, outcome: BulkOutcome): BulkResultDto {
  const named = { index, op, uri: work instanceof SecretError ? uri : work.resource.canonical };
  if (!(outcome instanceof SecretError))
    return { ...named, status: outcome === 'done' ? 'succeeded' : 'skipped' };
  return { ...named, status: 'failed', code: outcome.code, detail: outcome.detail };
}
