import { encodeSegment } from '../../secrets/percent-encoding.js';
import { SecretError } from '../../secrets/secret.errors.js';
import { SecretUri } from '../../secrets/secret-uri.js';
import type { SecretPrefix } from '../../secrets/secret-uri.js';
import type { ListedSecret, Walk } from '../../secrets/walk.js';
import type { FoundName } from './kv2.folders.js';
import type { StoredMetadata } from './kv2.records.js';

const BATCH_SIZE = 200;

/** The paths below the mount that come behind `after`, in the order of listings. */
export function namesBehind(
  after: string | undefined,
  { path }: SecretPrefix,
  found: readonly FoundName[],
): readonly FoundName[] {
  const root = path.map((folder) => `${folder}/`).join('');
  return found
    .map((entry) => ({ ...entry, name: root + entry.name }))
    .filter(({ name }) => after === undefined || name > after)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Addresses are made as they are asked for: a page of a hundred does not parse ten thousand. */
export function* inBatches(
  prefix: SecretPrefix,
  walk: Walk,
  found: readonly FoundName[],
): Generator<readonly ListedSecret[]> {
  for (let start = 0; start < found.length; start += BATCH_SIZE) {
    const batch = found
      .slice(start, start + BATCH_SIZE)
      .map(({ name, metadata }) => toListed(prefix, walk, name, metadata))
      .filter((listed) => listed !== undefined);
    if (batch.length > 0) yield batch;
  }
}

/** Undefined, and counted, where no address can spell the path. */
export function toListed(
  { scheme, mount }: SecretPrefix,
  walk: Walk,
  path: string,
  metadata?: StoredMetadata,
): ListedSecret | undefined {
  try {
    const uri = SecretUri.parse(`${scheme}://${[mount, ...path.split('/')].map(encodeSegment).join('/')}`);
    return { uri, ...(metadata === undefined ? {} : detailsOf(metadata)) };
  } catch (error) {
    if (!(error instanceof SecretError)) throw error;
    walk.unspellableNames += 1;
    return undefined;
  }
}

export function detailsOf(metadata: StoredMetadata): Omit<ListedSecret, 'uri' | 'keys'> {
  const { currentVersion, createdTime, updatedTime, customMetadata } = metadata;
  return { currentVersion, createdTime, updatedTime, customMetadata };
}
