import { open, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ChainHead } from './chain-head.js';
import { readTrailEnd } from './trail-end.js';

/**
 * Where the chain stands in the files that were put aside, whoever did it: every file beside the trail whose name begins
 * with its name. Compressed ones tell nothing.
 * @returns undefined where none of them has a line
 */
export async function findEarlierHead(path: string): Promise<ChainHead | undefined> {
  const folder = dirname(path);
  const name = basename(path);
  const heads = await Promise.all(
    (await readdir(folder))
      .filter((other) => other.startsWith(`${name}.`) || other.startsWith(`${name}-`))
      .map((other) => findHead(join(folder, other))),
  );
  return heads.reduce((latest, head) => ((head?.seq ?? 0) > (latest?.seq ?? 0) ? head : latest), undefined);
}

async function findHead(path: string): Promise<ChainHead | undefined> {
  if (/\.(lock|gz|xz|zst|bz2)$|\.torn-/.test(path)) return undefined;
  const handle = await open(path, 'r');
  try {
    const stats = await handle.stat();
    return stats.isFile() ? (await readTrailEnd(handle, stats.size)).head : undefined;
  } catch {
    return undefined; // Another file that only has a name like ours.
  } finally {
    await handle.close();
  }
}
