import { accessSync, constants, readFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { delimiter, join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { findBao, readBaoVersion } from '../../scripts/find-bao.mjs';

/** Debian keeps servers where only root looks. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/usr/local/sbin'];

/** @returns {string | undefined} the path of a program of the system */
export function findProgram(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...SYSTEM_FOLDERS];
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // not there, or not ours to run: the next place is looked at
  }
}

const taskset = findProgram('taskset');
const cores = availableParallelism();

/** Two fronts at once have a core each where two more are left for what is around them; else all share all. */
export const ARE_FRONTS_APART = cores > 3;
const all = `0-${cores - 1}`;

/** The measured front has a core to itself; load and store share the others. Undefined where nothing can be pinned. */
export const CORES =
  taskset !== undefined && cores > 1
    ? {
        front: 0,
        load: 1,
        store: cores > 2 ? 2 : 1,
        ...(ARE_FRONTS_APART
          ? { first: 0, second: cores - 1, around: `1-${cores - 2}` }
          : { first: all, second: all, around: all }),
      }
    : undefined;

/**
 * @param {'front' | 'load' | 'store' | 'first' | 'second' | 'around'} part `first` and `second` of two fronts, and what
 *   is `around` those
 * @returns the command line that keeps a program on the core of its part
 */
export function pinned(part, command, parameters) {
  return CORES === undefined
    ? [command, parameters]
    : [taskset, ['-c', String(CORES[part]), command, ...parameters]];
}

/** The bench itself reads logs and signs tokens: not on the core of the front. */
export function pinItself() {
  if (CORES !== undefined) spawnSync(taskset, ['-cp', String(CORES.load), String(process.pid)]);
}

/** Moves a running program, with all of its threads. */
export function moveTo(part, pid) {
  if (CORES !== undefined) spawnSync(taskset, ['-acp', String(CORES[part]), String(pid)]);
}

/** What else the machine does: the load averages over 1, 5 and 15 minutes. */
export function readLoad() {
  return readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 3).map(Number);
}

/** What the figures depend on, for the page and the raw results. */
export function describeMachine() {
  const bao = findBao();
  return {
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    processor: cpus()[0]?.model ?? 'unknown',
    cores,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    commit: spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).stdout.trim(),
    kernel: readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim(),
    pinned: CORES !== undefined,
    versions: {
      node: process.version,
      store:
        bao === undefined
          ? 'in-repo KV v2 test server (no OpenBao here)'
          : `OpenBao ${readBaoVersion(bao.path)}`,
      load: findProgram('wrk') === undefined ? 'autocannon' : 'wrk',
      ...versionOf('nginx', ['-v']),
      ...versionOf('haproxy', ['-v']),
      ...versionOf('redis-server', ['--version']),
    },
  };
}

function versionOf(name, parameters) {
  const path = findProgram(name);
  if (path === undefined) return {};
  const { stdout, stderr } = spawnSync(path, parameters, { encoding: 'utf8' });
  const version = /(\d+\.\d+(\.\d+)?)/.exec(stdout + stderr)?.[1];
  return { [name]: version ?? 'unknown' };
}
