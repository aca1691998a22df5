import type { Operation, StoredVersion } from './history/operation.js';
import { acked, history, refused, remove, sees, set, told, unknown, versions } from './history/told.js';
import { VersionChecker } from './history/version-checker.js';
import type { Rule } from './history/violation.js';

interface Case {
  readonly title: string;
  readonly operations: readonly Operation[];
  readonly stored: readonly StoredVersion[];
}

const a1 = set('a', 'a1', [0, 1], acked(1, true));
const rulesOf = ({ operations, stored }: Case): Rule[] =>
  VersionChecker.check(operations, stored).map(({ rule }) => rule);

const RIGHT: readonly Case[] = [
  { title: 'nothing at all', operations: [], stored: [] },
  {
    title: 'writes of two keys one after the other, and reads of both',
    operations: history(
      a1,
      set('b', 'b1', [2, 3], acked(2, false)),
      told('read', [4, 5], sees(2, { a: 'a1', b: 'b1' })),
      told('read-key', [4, 5], sees(2, { a: 'a1' }), { key: 'a' }),
    ),
    stored: versions({ a: 'a1' }, { a: 'a1', b: 'b1' }),
  },
  {
    title: 'writes at the same time, in the other order than they began',
    operations: history(a1, set('b', 'b1', [2, 9], acked(3)), set('c', 'c1', [4, 8], acked(2))),
    stored: versions({ a: 'a1' }, { a: 'a1', c: 'c1' }, { a: 'a1', b: 'b1', c: 'c1' }),
  },
  {
    title: 'a read that began before a write ended, and saw the version before',
    operations: history(a1, set('a', 'a2', [2, 5], acked(2)), told('read', [4, 6], sees(1, { a: 'a1' }))),
    stored: versions({ a: 'a1' }, { a: 'a2' }),
  },
  {
    title: 'writes of unknown outcome: one that was done, one that was not',
    operations: history(a1, set('b', 'b1', [2, 3], unknown), set('c', 'c1', [2, 3], unknown)),
    stored: versions({ a: 'a1' }, { a: 'a1', c: 'c1' }),
  },
  {
    title: 'a write of unknown outcome that was done long after its client gave up',
    operations: history(
      a1,
      set('a', 'a2', [2, 3], unknown),
      told('read', [4, 5], sees(1, { a: 'a1' })),
      set('b', 'b1', [6, 7], acked(2)),
    ),
    stored: versions({ a: 'a1' }, { a: 'a1', b: 'b1' }, { a: 'a2', b: 'b1' }),
  },
  {
    title: 'refused writes of which nothing shows',
    operations: history(
      a1,
      set('b', 'b1', [2, 3], refused('WRITE_CONFLICT')),
      set('b', 'b2', [2, 3], refused('PROVIDER_UNAVAILABLE')),
    ),
    stored: versions({ a: 'a1' }),
  },
  {
    title: 'removals of keys, one of them of unknown outcome',
    operations: history(
      told('replace', [0, 1], acked(1), { values: { a: 'x1', b: 'x2', c: 'x3' } }),
      remove('a', [2, 3], acked(2)),
      remove('b', [4, 5], unknown),
      remove('b', [6, 7], refused('FRAGMENT_NOT_FOUND')),
    ),
    stored: versions({ a: 'x1', b: 'x2', c: 'x3' }, { b: 'x2', c: 'x3' }, { c: 'x3' }),
  },
  {
    title: 'a deletion, after which a key is written into an empty map',
    operations: history(
      a1,
      told('delete', [2, 3], acked(1)),
      told('read', [4, 5], refused('SECRET_DELETED')),
      set('b', 'b1', [6, 7], acked(2, false)),
    ),
    stored: versions({ deleted: { a: 'a1' } }, { b: 'b1' }),
  },
  {
    title: 'a deletion while another writes what it read just before',
    operations: history(a1, told('delete', [2, 6], acked(1)), set('b', 'b1', [3, 5], acked(2))),
    stored: versions({ deleted: { a: 'a1' } }, { a: 'a1', b: 'b1' }),
  },
  {
    title: 'a deletion of unknown outcome that was done',
    operations: history(a1, told('delete', [2, 3], unknown), told('read', [4, 5], refused('SECRET_DELETED'))),
    stored: versions({ deleted: { a: 'a1' } }),
  },
  {
    title: 'two deletions of one version at the same time',
    operations: history(a1, told('delete', [2, 5], acked(1)), told('delete', [3, 6], acked(1))),
    stored: versions({ deleted: { a: 'a1' } }),
  },
  {
    title: 'conditions that held, and one that did not',
    operations: history(
      a1,
      set('a', 'a2', [2, 3], acked(2), { ifMatch: 1 }),
      set('a', 'a3', [4, 5], refused('PRECONDITION_FAILED'), { ifMatch: 1 }),
    ),
    stored: versions({ a: 'a1' }, { a: 'a2' }),
  },
  {
    title: 'rotations, and refusals of what is not there yet',
    operations: history(
      told('rotate', [0, 1], refused('SECRET_NOT_FOUND'), { values: { a: 'a0' } }),
      told('read', [0, 3], refused('SECRET_NOT_FOUND')),
      set('a', 'a1', [2, 4], acked(1, true)),
      told('rotate-key', [5, 6], acked(2), { key: 'a', values: { a: 'a2' } }),
      told('rotate-key', [7, 8], refused('FRAGMENT_NOT_FOUND'), { key: 'b', values: { b: 'b1' } }),
      told('rotate', [9, 10], acked(3), { values: { a: 'a3' } }),
    ),
    stored: versions({ a: 'a1' }, { a: 'a2' }, { a: 'a3' }),
  },
];

const WRONG: readonly (Case & { readonly rule: Rule })[] = [
  {
    title: 'an acknowledged write that the store does not have',
    rule: 'lost-write',
    operations: history(a1, set('b', 'b1', [2, 3], acked(2))),
    stored: versions({ a: 'a1' }),
  },
  {
    title: 'an acknowledged write in whose place another one stands',
    rule: 'wrong-effect',
    operations: history(a1, set('b', 'b1', [2, 3], acked(2)), set('c', 'c1', [2, 3], unknown)),
    stored: versions({ a: 'a1' }, { a: 'a1', c: 'c1' }),
  },
  {
    title: 'an acknowledged write that was done twice',
    rule: 'applied-twice',
    operations: history(a1, set('a', 'a2', [2, 9], acked(2)), set('a', 'a3', [3, 4], acked(3))),
    stored: versions({ a: 'a1' }, { a: 'a2' }, { a: 'a3' }, { a: 'a2' }),
  },
  {
    title: 'a write of the same map twice in a row',
    rule: 'applied-twice',
    operations: history(told('replace', [0, 1], acked(1), { values: { a: 'a1' } })),
    stored: versions({ a: 'a1' }, { a: 'a1' }),
  },
  {
    title: 'a write of unknown outcome that was done twice',
    rule: 'applied-twice',
    operations: history(a1, set('a', 'a2', [2, 3], unknown), set('a', 'a3', [4, 5], acked(3))),
    stored: versions({ a: 'a1' }, { a: 'a2' }, { a: 'a3' }, { a: 'a2' }),
  },
  {
    title: 'an older value that is back beside a new one',
    rule: 'wrong-effect',
    operations: history(a1, set('a', 'a2', [2, 3], acked(2)), set('b', 'b1', [4, 5], acked(3))),
    stored: versions({ a: 'a1' }, { a: 'a2' }, { a: 'a1', b: 'b1' }),
  },
  {
    title: 'a key that another write took with it',
    rule: 'wrong-effect',
    operations: history(a1, set('b', 'b1', [2, 4], acked(2)), set('c', 'c1', [2, 4], acked(3))),
    stored: versions({ a: 'a1' }, { a: 'a1', b: 'b1' }, { a: 'a1', c: 'c1' }),
  },
  {
    title: 'a removed key that is back',
    rule: 'wrong-effect',
    operations: history(
      told('replace', [0, 1], acked(1), { values: { a: 'x1', b: 'x2' } }),
      remove('a', [2, 3], acked(2)),
      set('b', 'b1', [4, 5], acked(3)),
    ),
    stored: versions({ a: 'x1', b: 'x2' }, { b: 'x2' }, { a: 'x1', b: 'b1' }),
  },
  {
    title: 'a value that nobody wrote',
    rule: 'phantom-value',
    operations: history(a1),
    stored: versions({ a: 'a1' }, { a: 'nobody' }),
  },
  {
    title: 'two acknowledgements of one version',
    rule: 'version-owned-twice',
    operations: history(a1, set('b', 'b1', [2, 3], acked(2)), set('c', 'c1', [2, 3], acked(2))),
    stored: versions({ a: 'a1' }, { a: 'a1', b: 'b1' }),
  },
  {
    title: 'two acknowledged removals in one version',
    rule: 'version-owned-twice',
    operations: history(
      told('replace', [0, 1], acked(1), { values: { a: 'x1', b: 'x2' } }),
      remove('a', [2, 4], acked(2)),
      remove('a', [3, 5], acked(2)),
    ),
    stored: versions({ a: 'x1', b: 'x2' }, { b: 'x2' }),
  },
  {
    title: 'versions in another order than the writes, one of which ended before the other began',
    rule: 'order',
    operations: history(a1, set('b', 'b1', [2, 3], acked(3)), set('c', 'c1', [4, 5], acked(2))),
    stored: versions({ a: 'a1' }, { a: 'a1', c: 'c1' }, { a: 'a1', b: 'b1', c: 'c1' }),
  },
  {
    title: 'a stale read',
    rule: 'order',
    operations: history(a1, set('a', 'a2', [2, 3], acked(2)), told('read', [4, 5], sees(1, { a: 'a1' }))),
    stored: versions({ a: 'a1' }, { a: 'a2' }),
  },
  {
    title: 'a read of the older version after a read of the newer one, of unknown outcome',
    rule: 'order',
    operations: history(
      a1,
      set('a', 'a2', [2, 3], unknown),
      told('read', [4, 5], sees(2, { a: 'a2' })),
      told('read', [6, 7], sees(1, { a: 'a1' })),
    ),
    stored: versions({ a: 'a1' }, { a: 'a2' }),
  },
  {
    title: 'a read of a value before its write began',
    rule: 'order',
    operations: history(a1, told('read', [2, 3], sees(2, { a: 'a2' })), set('a', 'a2', [4, 5], acked(2))),
    stored: versions({ a: 'a1' }, { a: 'a2' }),
  },
  {
    title: 'a read of values that its version does not have',
    rule: 'read-mismatch',
    operations: history(a1, set('b', 'b1', [2, 3], acked(2)), told('read', [4, 5], sees(2, { a: 'a1' }))),
    stored: versions({ a: 'a1' }, { a: 'a1', b: 'b1' }),
  },
  {
    title: 'a read of a version that the store does not have',
    rule: 'read-mismatch',
    operations: history(a1, told('read', [2, 3], sees(2, { a: 'a2' }))),
    stored: versions({ a: 'a1' }),
  },
  {
    title: 'a key read with the value of another version',
    rule: 'read-mismatch',
    operations: history(
      a1,
      set('a', 'a2', [2, 3], acked(2)),
      told('read-key', [4, 5], sees(2, { a: 'a1' }), { key: 'a' }),
    ),
    stored: versions({ a: 'a1' }, { a: 'a2' }),
  },
  {
    title: 'a write that was refused and shows all the same',
    rule: 'refused-write-applied',
    operations: history(a1, set('b', 'b1', [2, 3], refused('WRITE_CONFLICT'))),
    stored: versions({ a: 'a1' }, { a: 'a1', b: 'b1' }),
  },
  {
    title: 'a removal that was refused and shows all the same',
    rule: 'refused-write-applied',
    operations: history(
      told('replace', [0, 1], acked(1), { values: { a: 'x1', b: 'x2' } }),
      remove('a', [2, 3], refused('PROVIDER_UNAVAILABLE')),
    ),
    stored: versions({ a: 'x1', b: 'x2' }, { b: 'x2' }),
  },
  {
    title: 'a key that went though nobody removed it',
    rule: 'unexplained-version',
    operations: history(told('replace', [0, 1], acked(1), { values: { a: 'x1', b: 'x2' } })),
    stored: versions({ a: 'x1', b: 'x2' }, { b: 'x2' }),
  },
  {
    title: 'an acknowledged deletion that did not last',
    rule: 'delete-undone',
    operations: history(a1, told('delete', [2, 3], acked(1))),
    stored: versions({ a: 'a1' }),
  },
  {
    title: 'a key of the time before a deletion in a version written after it',
    rule: 'wrong-effect',
    operations: history(a1, told('delete', [2, 3], acked(1)), set('b', 'b1', [4, 5], acked(2))),
    stored: versions({ deleted: { a: 'a1' } }, { a: 'a1', b: 'b1' }),
  },
  {
    title: 'a read of a secret after its deletion was acknowledged',
    rule: 'order',
    operations: history(a1, told('delete', [2, 3], acked(1)), told('read', [4, 5], sees(1, { a: 'a1' }))),
    stored: versions({ deleted: { a: 'a1' } }),
  },
  {
    title: 'a deletion that took away a version of after it',
    rule: 'order',
    operations: history(a1, told('delete', [2, 3], acked(2)), set('b', 'b1', [4, 5], acked(2))),
    stored: versions({ a: 'a1' }, { deleted: { a: 'a1', b: 'b1' } }),
  },
  {
    title: 'a deleted version that nobody deleted',
    rule: 'phantom-delete',
    operations: history(a1, told('delete', [2, 3], refused('PROVIDER_UNAVAILABLE'))),
    stored: versions({ deleted: { a: 'a1' } }),
  },
  {
    title: 'one deletion of unknown outcome and two deleted versions',
    rule: 'phantom-delete',
    operations: history(a1, told('delete', [2, 3], unknown), set('b', 'b1', [4, 5], acked(2))),
    stored: versions({ deleted: { a: 'a1' } }, { deleted: { b: 'b1' } }),
  },
  {
    title: 'a version that only a deletion which began later could have deleted',
    rule: 'phantom-delete',
    operations: history(a1, set('b', 'b1', [2, 3], acked(2)), told('delete', [4, 5], unknown)),
    stored: versions({ deleted: { a: 'a1' } }, { b: 'b1' }),
  },
  {
    title: 'a secret that is not found after its first write was acknowledged',
    rule: 'unjustified-refusal',
    operations: history(a1, told('read', [2, 3], refused('SECRET_NOT_FOUND'))),
    stored: versions({ a: 'a1' }),
  },
  {
    title: 'a secret that is said to be deleted and never was',
    rule: 'unjustified-refusal',
    operations: history(a1, told('read', [2, 3], refused('SECRET_DELETED'))),
    stored: versions({ a: 'a1' }),
  },
  {
    title: 'a key that is not found though every version of that time has it',
    rule: 'unjustified-refusal',
    operations: history(
      a1,
      told('rotate-key', [2, 3], refused('FRAGMENT_NOT_FOUND'), { key: 'a', values: { a: 'a2' } }),
    ),
    stored: versions({ a: 'a1' }),
  },
  {
    title: 'a condition that held and was refused',
    rule: 'unjustified-refusal',
    operations: history(a1, set('a', 'a2', [2, 3], refused('PRECONDITION_FAILED'), { ifMatch: 1 })),
    stored: versions({ a: 'a1' }),
  },
  {
    title: 'a condition that did not hold and was let through',
    rule: 'wrong-answer',
    operations: history(
      a1,
      set('a', 'a2', [2, 3], acked(2)),
      set('a', 'a3', [4, 5], acked(3), { ifMatch: 1 }),
    ),
    stored: versions({ a: 'a1' }, { a: 'a2' }, { a: 'a3' }),
  },
  {
    title: 'a secret that is said to be new twice',
    rule: 'wrong-answer',
    operations: history(a1, set('b', 'b1', [2, 3], acked(2, true))),
    stored: versions({ a: 'a1' }, { a: 'a1', b: 'b1' }),
  },
  {
    title: 'a rotation of a key that was not there',
    rule: 'wrong-effect',
    operations: history(a1, told('rotate-key', [2, 3], acked(2), { key: 'b', values: { b: 'b1' } })),
    stored: versions({ a: 'a1' }, { a: 'a1', b: 'b1' }),
  },
  {
    title: 'a gap in the versions',
    rule: 'version-gap',
    operations: history(a1),
    stored: versions({ a: 'a1' }, { a: 'a1' }).map((stored) => ({
      ...stored,
      version: stored.version * 2 - 1,
    })),
  },
];

describe('the checker of histories with versions', () => {
  it.each(RIGHT)('accepts $title', (right) => {
    expect(VersionChecker.check(right.operations, right.stored)).toEqual([]);
  });

  it.each(WRONG)('refuses $title', (wrong) => {
    expect(rulesOf(wrong)).toContain(wrong.rule);
  });
});
