import { SecretError } from '../../secrets/secret.errors.js';
import type { ErrorCode } from '../../secrets/secret.errors.js';
import { SecretUri } from '../../secrets/secret-uri.js';
import type { SecretPrefix } from '../../secrets/secret-uri.js';
import type { ListedSecret, Walk } from '../../secrets/walk.js';
import { walkFolders } from './folder-walk.js';
import type { Kv2Engine } from './kv2.engine.js';
import type { FoundName, Kv2Folders } from './kv2.folders.js';
import { detailsOf, inBatches, namesBehind, toListed } from './listed-secrets.js';

/** From the most to the least that a store, or its policy for the service, can give in one call. */
const METHODS = ['detailed-scan', 'scan', 'list'] as const;
type Method = (typeof METHODS)[number];

/** With these the next method down is tried: not allowed, too slow, or too much for one answer. */
const NEXT_METHOD_AFTER: ReadonlySet<ErrorCode> = new Set([
  'PROVIDER_DENIED',
  'PROVIDER_TIMEOUT',
  'PROVIDER_ERROR',
]);
/** After so long a method that did not work is tried again. */
const REMEMBERED_MS = 300_000;
/**
 * Over more secrets than this only names are given: for 10,000 of them the store takes more than a second to tell the
 * metadata, and less than a tenth of that for the names, and each page asks anew.
 */
const MAX_DETAILED = 2000;

/** Lists what lies under a prefix: by one SCAN where the store has it, else folder by folder. */
export class Kv2Listing {
  /** By mount what the store cannot do, by prefix what would be too much. */
  private readonly lowered = new Map<string, { readonly method: Method; readonly untilMs: number }>();

  constructor(
    private readonly folders: Kv2Folders,
    private readonly engine: Kv2Engine,
  ) {}

  /** @throws SecretError as the store's failures */
  async *list(prefix: SecretPrefix, walk: Walk): AsyncGenerator<readonly ListedSecret[]> {
    if (!(await this.folders.isReadable(prefix.mount))) return;
    if (prefix.includesItself) yield* this.listItself(prefix, walk);
    const scanned = await this.findByScan(prefix, walk);
    if (scanned !== undefined) {
      yield* inBatches(prefix, walk, scanned);
      return;
    }
    const root = prefix.path.map((folder) => `${folder}/`).join('');
    const list = (path: string): Promise<readonly FoundName[]> =>
      this.folders.list(prefix.mount, path.split('/').slice(0, -1));
    for await (const paths of walkFolders(root, walk, list)) {
      const listed = paths.map((path) => toListed(prefix, walk, path)).filter((found) => found !== undefined);
      if (listed.length > 0) yield listed;
    }
  }

  /** The secret that has the prefix's own name; in the order of paths it comes before all below it. */
  private async *listItself(prefix: SecretPrefix, walk: Walk): AsyncGenerator<readonly ListedSecret[]> {
    const path = prefix.path.join('/');
    if ((walk.after !== undefined && path <= walk.after) || !walk.takeCall()) return;
    const uri = SecretUri.parse(prefix.canonical.slice(0, -1));
    const metadata = await this.engine.findMetadata(uri);
    if (metadata !== undefined) yield [{ uri, ...detailsOf(metadata) }];
  }

  /** Every path behind `walk.after`, sorted; undefined where it takes a walk. */
  private async findByScan(prefix: SecretPrefix, walk: Walk): Promise<readonly FoundName[] | undefined> {
    const start = Math.max(this.lowestFor(prefix.mount), this.lowestFor(prefix.canonical));
    for (const method of METHODS.slice(start)) {
      if (method === 'list') return undefined;
      if (!walk.takeCall()) return [];
      const found = await this.tryScan(method, prefix);
      if (found !== undefined) return namesBehind(walk.after, prefix, this.withoutExcess(prefix, found));
      this.lower(prefix.mount, METHODS[METHODS.indexOf(method) + 1] ?? 'list');
    }
    return undefined;
  }

  private async tryScan(
    method: Exclude<Method, 'list'>,
    { mount, path }: SecretPrefix,
  ): Promise<readonly FoundName[] | undefined> {
    try {
      return method === 'scan'
        ? await this.folders.findAll(mount, path)
        : await this.folders.findAllDetailed(mount, path);
    } catch (error) {
      if (error instanceof SecretError && NEXT_METHOD_AFTER.has(error.code)) return undefined;
      throw error;
    }
  }

  private withoutExcess(prefix: SecretPrefix, found: readonly FoundName[]): readonly FoundName[] {
    if (found.length <= MAX_DETAILED) return found;
    this.lower(prefix.canonical, 'scan');
    return found.map(({ name }) => ({ name }));
  }

  private lower(what: string, method: Method): void {
    this.lowered.set(what, { method, untilMs: performance.now() + REMEMBERED_MS });
  }

  /** Index of the first method worth trying. */
  private lowestFor(what: string): number {
    const known = this.lowered.get(what);
    return known !== undefined && performance.now() < known.untilMs ? METHODS.indexOf(known.method) : 0;
  }
}
