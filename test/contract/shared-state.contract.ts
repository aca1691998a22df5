import { setTimeout as sleep } from 'node:timers/promises';
import type { SharedState, WorkClaim } from '../../src/ports/shared-state.port.js';

/** Two clients of one state: two connections to one Redis, or the one object that a process has. */
export interface StateUnderTest {
  readonly clients: readonly [SharedState, SharedState];
  stop(): Promise<void>;
}

const LONG_MS = 60_000;
const NO_SCOPES: ReadonlyMap<string, number> = new Map();
let keys = 0;

/** A key that no other test uses. */
function newKey(): string {
  return `k${process.pid}-${(keys += 1)}`;
}

/** What holds for every implementation of the port. */
export function describeSharedState(title: string, start: () => Promise<StateUnderTest>): void {
  describe(title, () => {
    let under: StateUnderTest;
    let one: SharedState;
    let other: SharedState;
    beforeAll(async () => {
      under = await start();
      [one, other] = under.clients;
    });
    afterAll(async () => {
      await under?.stop();
    });
    const alternate = (index: number): SharedState => (index % 2 === 0 ? one : other);

    describe('one-time proofs', () => {
      it('are accepted once, 200 times at the same moment from two clients', async () => {
        const key = newKey();
        const claims = Array.from({ length: 200 }, (_, index) => alternate(index).claimOnce(key, LONG_MS));
        expect((await Promise.all(claims)).filter(Boolean)).toHaveLength(1);
        expect(await one.claimOnce(key, LONG_MS)).toBe(false);
      });

      it('do not get in the way of each other', async () => {
        const claims = Array.from({ length: 50 }, (_, index) =>
          alternate(index).claimOnce(newKey(), LONG_MS),
        );
        expect(await Promise.all(claims)).toEqual(Array.from({ length: 50 }, () => true));
      });

      it('can be claimed again when their life is over, which a second claim does not lengthen', async () => {
        const key = newKey();
        expect(await one.claimOnce(key, 300)).toBe(true);
        await sleep(150);
        expect(await other.claimOnce(key, LONG_MS)).toBe(false);
        await sleep(250);
        expect(await other.claimOnce(key, LONG_MS)).toBe(true);
      });

      it('keep a life of a part of a millisecond, and refuse what is no life', async () => {
        expect(await one.claimOnce(newKey(), 0.4)).toBe(true);
        await expect(async () => one.claimOnce(newKey(), Number.NaN)).rejects.toThrow(RangeError);
        await expect(async () => one.claimOnce(newKey(), Infinity)).rejects.toThrow(RangeError);
      });
    });

    describe('grants', () => {
      it('of 10 uses are used 10 times, 1,000 times at once from two clients', async () => {
        const key = newKey();
        await one.putGrant(key, { decisionId: 'decision', uses: 10, ttlMs: LONG_MS }, NO_SCOPES);
        const uses = Array.from({ length: 1000 }, (_, index) => alternate(index).takeGrantUse(key));
        const taken = (await Promise.all(uses)).filter((decisionId) => decisionId !== undefined);
        expect(taken).toEqual(Array.from({ length: 10 }, () => 'decision'));
        expect(await one.takeGrantUse(key)).toBeUndefined();
      });

      it('are not there until they are put', async () => {
        expect(await one.takeGrantUse(newKey())).toBeUndefined();
      });

      it('end with their life, which a use does not lengthen', async () => {
        const key = newKey();
        await one.putGrant(key, { decisionId: 'd', uses: 100, ttlMs: 300 }, NO_SCOPES);
        await sleep(150);
        expect(await other.takeGrantUse(key)).toBe('d');
        await sleep(250);
        expect(await other.takeGrantUse(key)).toBeUndefined();
      });

      it('are replaced, uses, life and scopes, by the next one under their key', async () => {
        const [key, scope] = [newKey(), newKey()];
        await one.putGrant(key, { decisionId: 'first', uses: 9, ttlMs: 100 }, await one.readScopes([scope]));
        await other.putGrant(key, { decisionId: 'second', uses: 2, ttlMs: LONG_MS }, NO_SCOPES);
        await one.endScope(scope, LONG_MS);
        await sleep(200);
        expect(await one.takeGrantUse(key)).toBe('second');
        expect(await one.takeGrantUse(key)).toBe('second');
        expect(await one.takeGrantUse(key)).toBeUndefined();
      });

      it.each([0, -1, 1.5, Number.NaN])('of %d uses are a fault of the caller', async (uses) => {
        const put = async (): Promise<void> =>
          one.putGrant(newKey(), { decisionId: 'd', uses, ttlMs: LONG_MS }, NO_SCOPES);
        await expect(put).rejects.toThrow(RangeError);
      });

      it('keep names and ids of any characters apart', async () => {
        const [key, scope] = [`${newKey()}:*?\n"ü`, `${newKey()} uses decision 💾`];
        const grant = { decisionId: 'id mit Ü und 💾', uses: 1, ttlMs: LONG_MS };
        await one.putGrant(key, grant, await one.readScopes([scope, 'uses', 'decision', '']));
        expect(await other.takeGrantUse(key)).toBe(grant.decisionId);
        await one.putGrant(key, grant, await one.readScopes([scope]));
        await other.endScope(scope, LONG_MS);
        expect(await one.takeGrantUse(key)).toBeUndefined();
      });
    });

    describe('scopes', () => {
      const put = async (key: string, names: readonly string[]): Promise<void> =>
        one.putGrant(key, { decisionId: 'd', uses: 100, ttlMs: LONG_MS }, await one.readScopes(names));

      it('begin at 0 and get a new generation with each end', async () => {
        const names = [newKey(), newKey()];
        const [first = '', second = ''] = names;
        const generations = [(await one.readScopes(names)).get(second)];
        for (let end = 0; end < 20; end += 1) {
          await alternate(end).endScope(second, LONG_MS);
          generations.push((await other.readScopes(names)).get(second));
        }
        expect(generations[0]).toBe(0);
        expect(generations.every(Number.isSafeInteger)).toBe(true);
        expect(new Set(generations).size).toBe(21);
        expect([...(await one.readScopes(names)).keys()]).toEqual(names);
        expect((await one.readScopes(names)).get(first)).toBe(0);
        expect(await one.readScopes([])).toEqual(new Map());
      });

      it('end every grant that is bound to them and no other', async () => {
        const [owner, policy, untouched] = [newKey(), newKey(), newKey()];
        const grants = [newKey(), newKey(), newKey(), newKey()] as const;
        await put(grants[0], [owner, policy]);
        await put(grants[1], [policy, owner]);
        await put(grants[2], [untouched]);
        await put(grants[3], []);
        await other.endScope(owner, LONG_MS);
        const taken = await Promise.all(grants.map((key) => other.takeGrantUse(key)));
        expect(taken).toEqual([undefined, undefined, 'd', 'd']);
      });

      it('end a grant that was put on what was read before the end', async () => {
        const [key, scope] = [newKey(), newKey()];
        for (let round = 0; round < 2; round += 1) {
          const outdated = await one.readScopes([scope]);
          await other.endScope(scope, LONG_MS);
          await one.putGrant(key, { decisionId: 'd', uses: 1, ttlMs: LONG_MS }, outdated);
          expect(await one.takeGrantUse(key)).toBeUndefined();
        }
        await put(key, [scope]);
        expect(await one.takeGrantUse(key)).toBe('d');
      });

      it('do not let a shorter end cut short the life of one before it', async () => {
        const [key, scope] = [newKey(), newKey()];
        await put(key, [scope]);
        await one.endScope(scope, LONG_MS);
        await one.endScope(scope, 50);
        await sleep(150);
        expect(await one.takeGrantUse(key)).toBeUndefined();
      });

      it('never have an old generation again after an end was forgotten', async () => {
        const [key, scope] = [newKey(), newKey()];
        await one.endScope(scope, 100);
        const outdated = await one.readScopes([scope]);
        await sleep(200);
        expect(await one.readScopes([scope])).toEqual(new Map([[scope, 0]]));
        await other.endScope(scope, LONG_MS);
        await one.putGrant(key, { decisionId: 'd', uses: 1, ttlMs: LONG_MS }, outdated);
        expect(await one.takeGrantUse(key)).toBeUndefined();
      });

      it('do not end the grants made after an end when that is forgotten', async () => {
        const [key, scope] = [newKey(), newKey()];
        await one.endScope(scope, 100);
        await put(key, [scope]);
        await sleep(200);
        expect(await one.takeGrantUse(key)).toBe('d');
      });
    });

    describe('texts', () => {
      it('are recalled by the other client, replaced, and over with their life', async () => {
        const key = newKey();
        expect(await one.recall(key)).toBeUndefined();
        await one.remember(key, 'denied-1', LONG_MS);
        expect(await other.recall(key)).toBe('denied-1');
        await other.remember(key, '', 150);
        expect(await one.recall(key)).toBe('');
        await sleep(250);
        expect(await one.recall(key)).toBeUndefined();
      });

      it('share no key with a proof, a grant, a scope or a counter', async () => {
        const key = newKey();
        await one.remember(key, 'text', LONG_MS);
        expect(await one.claimOnce(key, LONG_MS)).toBe(true);
        await one.putGrant(key, { decisionId: 'd', uses: 1, ttlMs: LONG_MS }, NO_SCOPES);
        await one.endScope(key, LONG_MS);
        expect((await one.count(key, LONG_MS)).total).toBe(1);
        expect([await one.recall(key), await one.takeGrantUse(key)]).toEqual(['text', 'd']);
      });
    });

    describe('counters', () => {
      it('count every event of two clients once', async () => {
        const key = newKey();
        const counted = Array.from({ length: 300 }, (_, index) => alternate(index).count(key, LONG_MS));
        const totals = (await Promise.all(counted)).map(({ total }) => total);
        expect(totals.sort((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
      });

      it('begin anew after the window that the first event opened', async () => {
        const key = newKey();
        const first = await one.count(key, 400);
        await sleep(150);
        const second = await other.count(key, 400);
        expect([first.total, second.total]).toEqual([1, 2]);
        expect(first.resetMs).toBeGreaterThan(300);
        expect(first.resetMs).toBeLessThanOrEqual(400);
        expect(second.resetMs).toBeGreaterThan(0);
        expect(second.resetMs).toBeLessThanOrEqual(260);
        await sleep(350);
        expect((await one.count(key, 400)).total).toBe(1);
      });
    });

    describe('work that is done once', () => {
      const claim = (holder: string, more: Partial<WorkClaim> = {}): WorkClaim => ({
        digest: 'the same',
        holder,
        leaseMs: LONG_MS,
        lifeMs: LONG_MS,
        ...more,
      });
      const LOOSE = { leaseMs: 200 } as const;

      it('is begun by one of 100 that claim it at once from two clients', async () => {
        const key = newKey();
        const claims = Array.from({ length: 100 }, (_, index) =>
          alternate(index).claimWork(key, claim(`holder ${index}`)),
        );
        const states = (await Promise.all(claims)).map(({ state }) => state);
        expect(states.filter((state) => state === 'begun')).toHaveLength(1);
        expect(states.filter((state) => state === 'running')).toHaveLength(99);
      });

      it('is finished once, and gives everybody its outcome', async () => {
        const key = newKey();
        expect(await one.claimWork(key, claim('a'))).toEqual({ state: 'begun', notes: new Map() });
        expect(await one.finishWork(key, 'a', '{"n":1}')).toBe(true);
        expect(await other.claimWork(key, claim('b'))).toEqual({ state: 'finished', outcome: '{"n":1}' });
        expect(await other.noteWork(key, 'a', LONG_MS)).toBe(false);
      });

      it('is told from other work under the same key, under way or finished', async () => {
        const key = newKey();
        await one.claimWork(key, claim('a'));
        expect(await other.claimWork(key, claim('b', { digest: 'other' }))).toEqual({ state: 'different' });
        await one.finishWork(key, 'a', '1');
        expect(await other.claimWork(key, claim('b', { digest: 'other' }))).toEqual({ state: 'different' });
      });

      it('goes to another with its notes when its holder is not heard of, who can do no more then', async () => {
        const key = newKey();
        await one.claimWork(key, claim('a', LOOSE));
        expect(await one.noteWork(key, 'a', 200, { name: 'base', text: '7' })).toBe(true);
        expect((await other.claimWork(key, claim('b'))).state).toBe('running');
        await sleep(300);
        expect(await other.claimWork(key, claim('b'))).toEqual({
          state: 'begun',
          notes: new Map([['base', '7']]),
        });
        expect(await one.noteWork(key, 'a', LONG_MS, { name: 'base', text: '8' })).toBe(false);
        expect(await one.finishWork(key, 'a', 'late')).toBe(false);
        await one.releaseWork(key, 'a');
        expect(await other.finishWork(key, 'b', 'done')).toBe(true);
        expect(await one.claimWork(key, claim('c'))).toEqual({ state: 'finished', outcome: 'done' });
      });

      it('stays with a holder that is heard of', async () => {
        const key = newKey();
        await one.claimWork(key, claim('a', LOOSE));
        for (let word = 0; word < 4; word += 1) {
          await sleep(100);
          expect(await one.noteWork(key, 'a', 200)).toBe(true);
        }
        expect((await other.claimWork(key, claim('b'))).state).toBe('running');
      });

      it('is as if it had never been when it is given up without a note, and goes on where there is one', async () => {
        const key = newKey();
        await one.claimWork(key, claim('a'));
        await one.releaseWork(key, 'a');
        expect(await other.claimWork(key, claim('b', { digest: 'other' }))).toMatchObject({ state: 'begun' });
        await other.noteWork(key, 'b', LONG_MS, { name: 'base', text: '1' });
        await other.releaseWork(key, 'b');
        expect(await one.claimWork(key, claim('c', { digest: 'other' }))).toEqual({
          state: 'begun',
          notes: new Map([['base', '1']]),
        });
      });

      it('is forgotten with its life', async () => {
        const key = newKey();
        await one.claimWork(key, claim('a', { lifeMs: 200 }));
        await one.finishWork(key, 'a', 'done');
        await sleep(300);
        expect(await other.claimWork(key, claim('b'))).toMatchObject({ state: 'begun' });
      });
    });

    it('says that it can be used', async () => {
      expect(await one.checkHealth()).toBe(true);
    });
  });
}
