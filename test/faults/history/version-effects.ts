import { describeOperation } from './operation.js';
import type { Operation, StoredVersion, Values } from './operation.js';
import type { VersionOwners } from './version-owners.js';
import type { Violation } from './violation.js';

const EMPTY: Values = {};

/**
 * Each version has to be what its operation makes of the version before: nothing else changed.
 * @param deletedBy the acknowledged deletions of a version
 */
export function checkEffects(
  versions: readonly StoredVersion[],
  owners: VersionOwners,
  deletedBy: ReadonlyMap<number, readonly Operation[]>,
): Violation[] {
  return versions.flatMap((version): Violation[] => {
    const owner = owners.of(version.version);
    if (owner === undefined) return [];
    const before = versions[version.version - 2];
    const bases = basesOf(before, owner, deletedBy.get(version.version - 1) ?? []);
    const isRight = bases.some((base) => isSame(version.values, afterOperation(base, owner)));
    return [
      ...(isRight ? [] : [wrongEffect(version, before, owner)]),
      ...checkAnswer(version.version, owner),
    ];
  });
}

/**
 * The maps that the operation may have started from; undefined where no secret was to be seen. After a deletion it is
 * the empty one; where the deletion came at the same time the writer may have read just before.
 */
function basesOf(
  before: StoredVersion | undefined,
  operation: Operation,
  deletions: readonly Operation[],
): readonly (Values | undefined)[] {
  if (before === undefined) return [undefined];
  if (!before.isDeleted) return [before.values];
  const wasSurelyDeleted = deletions.some(({ endedAtMs }) => endedAtMs < operation.startedAtMs);
  return wasSurelyDeleted ? [undefined] : [before.values, undefined];
}

/** Undefined where the operation would have been refused. */
function afterOperation(
  base: Values | undefined,
  { kind, key = '', values = EMPTY }: Operation,
): Values | undefined {
  switch (kind) {
    case 'set-key':
      return { ...base, ...values };
    case 'rotate-key':
      return base !== undefined && Object.hasOwn(base, key) ? { ...base, ...values } : undefined;
    case 'replace':
      return values;
    case 'rotate':
      return base === undefined ? undefined : values;
    case 'remove-key': {
      if (base === undefined || !Object.hasOwn(base, key)) return undefined;
      return Object.fromEntries(Object.entries(base).filter(([name]) => name !== key));
    }
    case 'delete':
    case 'read':
    case 'read-key':
      return undefined;
    default:
      return kind satisfies never;
  }
}

function checkAnswer(version: number, operation: Operation): Violation[] {
  const { outcome, ifMatch } = operation;
  const isCreatedRight =
    outcome.kind !== 'acknowledged' || outcome.created === undefined || outcome.created === (version === 1);
  const isConditionRight = ifMatch === undefined || version === ifMatch + 1;
  if (isCreatedRight && isConditionRight) return [];
  return [{ rule: 'wrong-answer', text: `version ${version}: ${describeOperation(operation)}` }];
}

function wrongEffect(version: StoredVersion, before: StoredVersion | undefined, owner: Operation): Violation {
  const [from, to] = [before?.values ?? EMPTY, version.values];
  const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])].filter(
    (key) => from[key] !== to[key],
  );
  const changes = keys.map((key) => `${key}: ${from[key] ?? 'none'} to ${to[key] ?? 'none'}`);
  return {
    rule: 'wrong-effect',
    text: `version ${version.version} by ${describeOperation(owner)} changed ${changes.join('; ')}`,
  };
}

export function isSame(a: Values, b: Values | undefined): boolean {
  if (b === undefined) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
