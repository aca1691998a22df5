import type { Walk } from '../../secrets/walk.js';
import type { FoundName } from './kv2.folders.js';

/** LISTs in flight for one walk. */
const MAX_AHEAD = 8;
/** How far down the stack folders are looked for to ask ahead. */
const LOOK_AHEAD = 64;

/** The store would clean these out of a path and answer for another folder. */
const UNASKABLE_FOLDER = /^\.{0,2}\/$/;

interface Entry {
  /** Decoded path below the mount; a folder's ends in `/`. */
  readonly path: string;
  pending: Promise<readonly FoundName[]> | undefined;
}

type ListFolder = (path: string) => Promise<readonly FoundName[]>;

/**
 * Walks a tree of folders depth first, in the order of decoded paths, and asks for the next few folders ahead.
 * Stops where the budget of calls ends. When the caller stops early nothing is under way any more.
 * @param root decoded path with its closing `/`, or empty for a whole mount
 */
export async function* walkFolders(
  root: string,
  walk: Walk,
  list: ListFolder,
): AsyncGenerator<readonly string[]> {
  const stack: Entry[] = [{ path: root, pending: undefined }];
  try {
    for (let entry = stack.pop(); entry !== undefined; entry = stack.pop()) {
      if (!begin(entry, walk, list)) return;
      askAhead(stack, walk, list);
      const names = await entry.pending;
      const found = (names ?? [])
        .filter(({ name }) => !UNASKABLE_FOLDER.test(name))
        .map(({ name }) => entry.path + name)
        .sort();
      const wanted = found.filter((path) => isWanted(path, walk.after));
      // Secrets that come before the first folder can be given out now; the rest waits for its place on the stack.
      const firstFolder = wanted.findIndex(isFolder);
      const leaves = firstFolder === -1 ? wanted : wanted.slice(0, firstFolder);
      if (leaves.length > 0) yield leaves;
      for (const path of wanted.slice(leaves.length).reverse()) stack.push({ path, pending: undefined });
      const next = popLeaves(stack);
      if (next.length > 0) yield next;
    }
  } finally {
    await Promise.allSettled(stack.map(({ pending }) => pending).filter((pending) => pending !== undefined));
  }
}

function isFolder(path: string): boolean {
  return path.endsWith('/');
}

/** Behind `after`, or a folder that holds names behind it. */
function isWanted(path: string, after: string | undefined): boolean {
  return after === undefined || path > after || (isFolder(path) && after.startsWith(path));
}

function popLeaves(stack: Entry[]): string[] {
  const leaves: string[] = [];
  for (let top = stack.at(-1); top !== undefined && !isFolder(top.path); top = stack.at(-1)) {
    leaves.push(top.path);
    stack.pop();
  }
  return leaves;
}

/** Asks for the folder unless that was done; false where the budget is used up. */
function begin(entry: Entry, walk: Walk, list: ListFolder): boolean {
  if (entry.pending !== undefined) return true;
  if (!walk.takeCall()) return false;
  entry.pending = list(entry.path);
  // Awaited when its turn comes; until then a failure must not count as unhandled.
  entry.pending.catch(() => undefined);
  return true;
}

function askAhead(stack: readonly Entry[], walk: Walk, list: ListFolder): void {
  const next = stack.slice(-LOOK_AHEAD).filter(({ path }) => isFolder(path));
  const underWay = next.filter(({ pending }) => pending !== undefined).length;
  for (const entry of next.reverse().slice(0, Math.max(0, MAX_AHEAD - underWay))) {
    if (!begin(entry, walk, list)) return;
  }
}
