import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/app-config.js';
import { Metrics } from '../observability/metrics.js';
import { PolicyEnforcementPoint } from '../ports/policy-enforcement.port.js';
import type { SecretKeys } from '../ports/secret-provider.port.js';
import { SecretProviders } from '../ports/secret-providers.port.js';
import type { Grant } from '../secrets/grant.js';
import type { SecretPrefix } from '../secrets/secret-uri.js';
import { Walk } from '../secrets/walk.js';
import type { ListedSecret } from '../secrets/walk.js';
import { PageCursors } from './page-cursor.js';

/** Calls to the store that one page may cost. */
const MAX_CALLS = 1000;

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
  async list(grant: Grant<SecretPrefix>, request: PageRequest): Promise<Page<ListedSecret>> {
    const { limit = this.config.paging.limitDefault, offset, cursor } = request;
    const walk = new Walk(MAX_CALLS, cursor === undefined ? undefined : this.cursors.parse(grant, cursor));
    // One more than the page holds tells whether another page follows.
    const visible = await this.collect(grant, walk, offset + limit + 1);
    const items = visible.slice(offset, offset + limit);
    const last = items.at(-1);
    const hasMore = visible.length > offset + limit || (walk.truncated && last !== undefined);
    const nextCursor =
      hasMore && last !== undefined ? this.cursors.print(grant, last.uri.path.join('/')) : null;
    return { items, nextCursor, offset, limit, truncated: walk.truncated };
  }

  /** The keys of one secret, without values. @throws as SecretProvider.readKeys */
  listKeys({ resource: uri }: Grant): Promise<SecretKeys> {
    return this.providers.call(uri.scheme, 'readKeys', (provider) => provider.readKeys(uri));
  }

  private async collect(grant: Grant<SecretPrefix>, walk: Walk, wanted: number): Promise<ListedSecret[]> {
    const { scheme } = grant.resource;
    const visible: ListedSecret[] = [];
    await this.providers.call(scheme, 'list', async (provider) => {
      for await (const batch of provider.list(grant.resource, walk)) {
        const mayList = await this.enforcement.mayList(
          grant,
          batch.map(({ uri }) => uri),
        );
        visible.push(...batch.filter((_, index) => mayList[index]));
        if (visible.length >= wanted) break;
      }
    });
    if (walk.unspellableNames > 0)
      this.metrics.unspellableNames.inc({ provider: scheme }, walk.unspellableNames);
    return visible;
  }
}
