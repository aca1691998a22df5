import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/app-config.js';
import { Metrics } from '../observability/metrics.js';
import { PolicyEnforcementPoint } from '../ports/policy-enforcement.port.js';
import type { SecretKeys } from '../ports/secret-provider.port.js';
import { SecretProviders } from '../ports/secret-providers.port.js';
import type { Grant } from '../secrets/grant.js';
import { SecretError } from '../secrets/secret.errors.js';
import type { SecretPrefix, SecretUri } from '../secrets/secret-uri.js';
import { Walk } from '../secrets/walk.js';
import type { ListedSecret } from '../secrets/walk.js';
import { PageCursors } from './page-cursor.js';
import { SecretSearch } from './secret-search.js';
import type { FoundSecret } from './secret-search.js';

/** Calls to the store that one page may cost. */
const MAX_CALLS = 1000;
/** Secrets that are looked at together: a store may list ten thousand at once, and the page may hold ten. */
const CHUNK = 100;

/** Where a page begins: behind `offset` entries, or where a cursor says. */
export interface PageRequest {
  /** Undefined: as configured. */
  readonly limit: number | undefined;
  readonly offset: number;
  readonly cursor: string | undefined;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
  readonly offset: number;
  readonly limit: number;
  /** True where the walk through the store was given up at its budget of calls. */
  readonly truncated: boolean;
}

/** Listings of what lies under a prefix, limited to what the caller may see. */
@Injectable()
export class ListingService {
  private readonly cursors: PageCursors;

  constructor(
    private readonly providers: SecretProviders,
    private readonly enforcement: PolicyEnforcementPoint,
    private readonly metrics: Metrics,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {
    this.cursors = new PageCursors(config.tenant.salt);
  }

  /** @throws SecretError INVALID_REQUEST for a cursor of another listing, and what the store's faults are */
  list(grant: Grant<SecretPrefix>, request: PageRequest): Promise<Page<ListedSecret>> {
    return this.readPage(grant, request, (_walk, secrets) => Promise.resolve(secrets));
  }

  /**
   * Secrets whose path or one of whose keys holds the text, without regard to case; never values.
   * @throws as `list`
   */
  search(grant: Grant<SecretPrefix>, text: string, request: PageRequest): Promise<Page<FoundSecret>> {
    const search = new SecretSearch(text, (uri) => this.readKeyNames(uri));
    return this.readPage(grant, request, (walk, secrets) => search.matchEach(walk, secrets));
  }

  /** The keys of one secret, without values. @throws as SecretProvider.readKeys */
  listKeys({ resource: uri }: Grant): Promise<SecretKeys> {
    return this.providers.call(uri.scheme, 'readKeys', (provider) => provider.readKeys(uri));
  }

  private async readPage<Item extends { readonly uri: SecretUri }>(
    grant: Grant<SecretPrefix>,
    { limit = this.config.paging.limitDefault, offset, cursor }: PageRequest,
    select: (walk: Walk, secrets: readonly ListedSecret[]) => Promise<readonly Item[]>,
  ): Promise<Page<Item>> {
    const walk = new Walk(MAX_CALLS, cursor === undefined ? undefined : this.cursors.parse(grant, cursor));
    // One more than the page holds tells whether another page follows.
    const found = await this.collect(grant, walk, offset + limit + 1, (secrets) => select(walk, secrets));
    const items = found.slice(offset, offset + limit);
    const last = items.at(-1);
    const hasMore = found.length > offset + limit || (walk.truncated && last !== undefined);
    const nextCursor =
      hasMore && last !== undefined ? this.cursors.print(grant, last.uri.path.join('/')) : null;
    return { items, nextCursor, offset, limit, truncated: walk.truncated };
  }

  private async collect<Item>(
    grant: Grant<SecretPrefix>,
    walk: Walk,
    wanted: number,
    select: (secrets: readonly ListedSecret[]) => Promise<readonly Item[]>,
  ): Promise<Item[]> {
    const { scheme } = grant.resource;
    const found: Item[] = [];
    await this.providers.call(scheme, 'list', async (provider) => {
      for await (const secrets of chunks(provider.list(grant.resource, walk))) {
        found.push(...(await select(await this.visibleOf(grant, secrets))));
        if (found.length >= wanted || walk.truncated) break;
      }
    });
    if (walk.unspellableNames > 0) {
      this.metrics.unspellableNames.inc({ provider: scheme }, walk.unspellableNames);
    }
    return found;
  }

  private async visibleOf(
    grant: Grant<SecretPrefix>,
    batch: readonly ListedSecret[],
  ): Promise<readonly ListedSecret[]> {
    const uris = batch.map(({ uri }) => uri);
    const mayList = await this.enforcement.mayList(grant, uris);
    return batch.filter((_, index) => mayList[index]);
  }

  /** None where the secret went meanwhile, or its latest version is deleted. */
  private async readKeyNames(uri: SecretUri): Promise<readonly string[]> {
    try {
      const { keys } = await this.providers.call(uri.scheme, 'readKeys', (provider) =>
        provider.readKeys(uri),
      );
      return keys;
    } catch (error) {
      if (error instanceof SecretError && error.status === 404) return [];
      throw error;
    }
  }
}

async function* chunks(
  batches: AsyncIterable<readonly ListedSecret[]>,
): AsyncIterable<readonly ListedSecret[]> {
  for await (const batch of batches) {
    for (let start = 0; start < batch.length; start += CHUNK) yield batch.slice(start, start + CHUNK);
  }
}
