import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Names and contents of everything in a folder, those of its folders too. */
export function readFolder(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return entry.isFile() ? `${path}\n${readFileSync(path, 'latin1')}` : path;
    })
    .join('\n');
}

/** Names alone, where what the files hold is meant to be there. */
export function readNames(folder: string): string {
  return readdirSync(folder, { recursive: true }).join('\n');
}

/**
 * What everybody on the machine can see of a process: its arguments, names of its threads, what it has open. Its
 * environment holds its secrets by nature, and only its own user can read it.
 */
export function readProcess(pid: number): string {
  const place = `/proc/${pid}`;
  const texts = ['cmdline', 'comm', 'status'].map((name) => readFileSync(join(place, name), 'utf8'));
  const threads = readdirSync(join(place, 'task')).map((id) => readOrGone(join(place, 'task', id, 'comm')));
  const open = readdirSync(join(place, 'fd')).map((fd) => linkOrGone(join(place, 'fd', fd)));
  return [...texts, ...threads, ...open].join('\n');
}

/** The arguments of everything that runs, as `ps` shows them. */
export function readProcessTable(): string {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => readOrGone(`/proc/${pid}/cmdline`))
    .join('\n');
}

function readOrGone(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function linkOrGone(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
