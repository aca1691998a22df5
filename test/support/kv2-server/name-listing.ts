import { sortByBytes } from './go-json.js';

/**
 * What is directly under a folder, sorted by bytes: `a`, and `g/` for a folder. A name can be both.
 * @param folder `''` or a name that ends in `/`
 */
export function listNames(names: Iterable<string>, folder: string): string[] {
  const found = new Set<string>();
  for (const name of names) {
    if (!name.startsWith(folder) || name === folder) continue;
    const rest = name.slice(folder.length);
    const slash = rest.indexOf('/');
    found.add(slash < 0 ? rest : rest.slice(0, slash + 1));
  }
  return sortByBytes(found);
}

/** All names below a folder: those directly in it first, then its folders, the last one first (the store's stack). */
export function scanNames(names: Iterable<string>, folder: string): string[] {
  const all = [...names].filter((name) => name.startsWith(folder));
  const found: string[] = [];
  const open = [''];
  for (let current = open.pop(); current !== undefined; current = open.pop()) {
    for (const key of listNames(all, folder + current)) {
      if (key.endsWith('/')) open.push(current + key);
      else found.push(current + key);
    }
  }
  return found;
}
