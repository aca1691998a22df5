import type { Operation, OperationKind, Outcome, StoredVersion, Values } from './operation.js';

/** Short words for histories written by hand. */
export const acked = (version: number, created?: boolean): Outcome => ({
  kind: 'acknowledged',
  version,
  created,
});
export const sees = (version: number, values: Values): Outcome => ({ kind: 'read', version, values });
export const refused = (code: string): Outcome => ({ kind: 'refused', code });
export const unknown: Outcome = { kind: 'unknown', code: 'OUTCOME_UNKNOWN' };

interface Extras {
  readonly key?: string;
  readonly values?: Values;
  readonly ifMatch?: number;
}

/** An operation from one time to another; ids are given out in the order of the list, see `history`. */
export type Told = Omit<Operation, 'id'>;

export function told(
  kind: OperationKind,
  [startedAtMs, endedAtMs]: readonly [number, number],
  outcome: Outcome,
  extras: Extras = {},
): Told {
  return { kind, startedAtMs, endedAtMs, outcome, ...extras };
}

/** Sets `key` to `value`. */
export function set(
  key: string,
  value: string,
  times: readonly [number, number],
  outcome: Outcome,
  extras: Extras = {},
): Told {
  return told('set-key', times, outcome, { key, values: { [key]: value }, ...extras });
}

export function remove(key: string, times: readonly [number, number], outcome: Outcome): Told {
  return told('remove-key', times, outcome, { key });
}

export function history(...operations: readonly Told[]): Operation[] {
  return operations.map((operation, id) => ({ id, ...operation }));
}

/** Versions in order, each a map, or a deleted one. */
export function versions(...maps: readonly (Values | { readonly deleted: Values })[]): StoredVersion[] {
  return maps.map((map, index) => {
    const isDeleted = 'deleted' in map && typeof map.deleted === 'object';
    return { version: index + 1, values: (isDeleted ? map.deleted : map) as Values, isDeleted };
  });
}
