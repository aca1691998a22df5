import type { Operation } from './history/operation.js';
import { acked, history, refused, remove, sees, set, told, unknown } from './history/told.js';
import { RegisterChecker } from './history/register-checker.js';
import type { Rule } from './history/violation.js';

interface Case {
  readonly title: string;
  readonly operations: readonly Operation[];
}

const done = acked(0);
const read = (from: number, to: number, values: Record<string, string>) =>
  told('read', [from, to], sees(0, values));
const a1 = set('a', 'a1', [0, 1], done);

const RIGHT: readonly Case[] = [
  { title: 'nothing at all', operations: [] },
  {
    title: 'writes one after the other, and reads between them',
    operations: history(a1, read(2, 3, { a: 'a1' }), set('a', 'a2', [4, 5], done), read(6, 7, { a: 'a2' })),
  },
  {
    title: 'writes at the same time, of which the one that began first came last',
    operations: history(
      a1,
      set('a', 'a2', [2, 9], done),
      set('a', 'a3', [3, 5], done),
      read(6, 7, { a: 'a3' }),
      read(10, 11, { a: 'a2' }),
    ),
  },
  {
    title: 'a write of unknown outcome that shows late',
    operations: history(
      a1,
      set('a', 'a2', [2, 3], unknown),
      read(4, 5, { a: 'a1' }),
      read(6, 7, { a: 'a2' }),
    ),
  },
  {
    title: 'a write of unknown outcome that never shows, and a refused one',
    operations: history(
      a1,
      set('a', 'a2', [2, 3], unknown),
      set('a', 'a3', [2, 3], refused('WRITE_CONFLICT')),
      read(4, 5, { a: 'a1' }),
    ),
  },
  {
    title: 'a key that is taken away and set again',
    operations: history(
      a1,
      remove('a', [2, 3], done),
      told('read-key', [4, 5], refused('FRAGMENT_NOT_FOUND'), { key: 'a' }),
      set('a', 'a2', [6, 7], done),
      read(8, 9, { a: 'a2' }),
    ),
  },
  {
    title: 'a key that a map without it took away, and one that a removal of unknown outcome did',
    operations: history(
      a1,
      told('replace', [2, 3], done, { values: { b: 'b1' } }),
      read(4, 5, { b: 'b1' }),
      remove('b', [6, 7], unknown),
      read(8, 9, {}),
    ),
  },
  {
    title: 'a secret that is not there yet',
    operations: history(told('read', [0, 1], refused('SECRET_NOT_FOUND')), set('a', 'a1', [0, 2], done)),
  },
];

const WRONG: readonly (Case & { readonly rule: Rule })[] = [
  {
    title: 'a value that nobody wrote',
    rule: 'phantom-value',
    operations: history(a1, read(2, 3, { a: 'x' })),
  },
  {
    title: 'an acknowledged write that is not there',
    rule: 'lost-write',
    operations: history(a1, set('b', 'b1', [2, 3], done), read(4, 5, { a: 'a1' })),
  },
  {
    title: 'a removal that ended before the write which it would have to explain',
    rule: 'lost-write',
    operations: history(a1, remove('a', [2, 3], done), set('a', 'a2', [4, 5], done), read(6, 7, {})),
  },
  {
    title: 'a stale read',
    rule: 'order',
    operations: history(a1, set('a', 'a2', [2, 3], done), read(4, 5, { a: 'a1' })),
  },
  {
    title: 'an older value that is back after a newer one was read',
    rule: 'order',
    operations: history(
      a1,
      set('a', 'a2', [2, 3], unknown),
      read(4, 5, { a: 'a2' }),
      read(6, 7, { a: 'a1' }),
    ),
  },
  {
    title: 'two values that are seen by turns',
    rule: 'order',
    operations: history(
      set('a', 'a1', [0, 20], done),
      set('a', 'a2', [0, 20], done),
      read(1, 2, { a: 'a1' }),
      read(3, 4, { a: 'a2' }),
      read(5, 6, { a: 'a1' }),
      read(7, 8, { a: 'a2' }),
    ),
  },
  {
    title: 'a read of a value before its write began',
    rule: 'order',
    operations: history(a1, read(2, 3, { a: 'a2' }), set('a', 'a2', [4, 5], done)),
  },
  {
    title: 'a refused write that shows all the same',
    rule: 'refused-write-applied',
    operations: history(a1, set('a', 'a2', [2, 3], refused('PROVIDER_UNAVAILABLE')), read(4, 5, { a: 'a2' })),
  },
  {
    title: 'a removal that did not last',
    rule: 'delete-undone',
    operations: history(a1, remove('a', [2, 3], done), read(4, 5, { a: 'a1' })),
  },
  {
    title: 'a map that did not take the key away that it lacks',
    rule: 'delete-undone',
    operations: history(
      a1,
      told('replace', [2, 3], done, { values: { b: 'b1' } }),
      read(4, 5, { a: 'a1', b: 'b1' }),
    ),
  },
  {
    title: 'a key that is away for a moment',
    rule: 'order',
    operations: history(
      a1,
      remove('a', [2, 20], unknown),
      told('read-key', [3, 4], refused('FRAGMENT_NOT_FOUND'), { key: 'a' }),
      read(5, 6, { a: 'a1' }),
    ),
  },
  {
    title: 'a secret that is not found after its first write',
    rule: 'lost-write',
    operations: history(a1, told('read', [2, 3], refused('SECRET_NOT_FOUND'))),
  },
];

describe('the checker of histories without versions', () => {
  it.each(RIGHT)('accepts $title', ({ operations }) => {
    expect(RegisterChecker.check(operations)).toEqual([]);
  });

  it.each(WRONG)('refuses $title', ({ operations, rule }) => {
    expect(RegisterChecker.check(operations).map((violation) => violation.rule)).toContain(rule);
  });
});
