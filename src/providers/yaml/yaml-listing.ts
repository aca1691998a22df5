import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SecretPrefix } from '../../secrets/secret-uri.js';
import type { ListedSecret, Walk } from '../../secrets/walk.js';
import type { YamlContents } from './yaml-contents.js';

const BATCH = 100;
/** Names looked at before other work gets its turn. */
const NAMES_PER_TURN = 250;

interface Listed {
  /** Decoded path below the mount. */
  readonly path: string;
  readonly secret: ListedSecret;
}

/** The secrets of one state of the file in the order of listings, made once for that state. */
export class YamlListing {
  private constructor(
    /** By mount, ordered by path in UTF-16 code units. */
    private readonly mounts: ReadonlyMap<string, readonly Listed[]>,
    /** Names of the file that no address can spell, as they stand there. */
    private readonly unspellable: readonly string[],
  ) {}

  static async of({ entries }: YamlContents): Promise<YamlListing> {
    const mounts = new Map<string, Listed[]>();
    const unspellable: string[] = [];
    let names = 0;
    for (const { uri, name, keys } of entries.values()) {
      names += 1;
      if (names % NAMES_PER_TURN === 0) await nextTurn();
      if (uri === undefined) {
        unspellable.push(name);
        continue;
      }
      const listed = { path: uri.path.join('/'), secret: { uri, keys } };
      const ofMount = mounts.get(uri.mount);
      if (ofMount === undefined) mounts.set(uri.mount, [listed]);
      else ofMount.push(listed);
    }
    for (const ofMount of mounts.values()) ofMount.sort((one, other) => (one.path < other.path ? -1 : 1));
    return new YamlListing(mounts, unspellable);
  }

  /** As SecretProvider.list. */
  *batches(prefix: SecretPrefix, walk: Walk): Generator<readonly ListedSecret[]> {
    walk.unspellableNames += this.unspellable.filter((name) => name.startsWith(prefix.name)).length;
    const ofMount = this.mounts.get(prefix.mount) ?? [];
    const itself = prefix.path.join('/');
    const folder = prefix.path.length === 0 ? '' : `${itself}/`;
    const after = walk.after ?? '';
    let batch: ListedSecret[] = [];
    if (prefix.includesItself && itself > after) {
      const listed = ofMount[firstFrom(ofMount, itself)];
      if (listed?.path === itself) batch.push(listed.secret);
    }
    for (
      let index = firstFrom(ofMount, folder > after ? folder : after);
      index < ofMount.length;
      index += 1
    ) {
      const listed = ofMount[index];
      if (listed?.path.startsWith(folder) !== true) break;
      if (listed.path === after) continue;
      batch.push(listed.secret);
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }
}

/** Index of the first path that is not before the given one; the length where there is none. */
function firstFrom(sorted: readonly Listed[], path: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle]?.path ?? '') < path) low = middle + 1;
    else high = middle;
  }
  return low;
}
