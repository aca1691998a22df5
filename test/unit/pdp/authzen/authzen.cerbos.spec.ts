import { resolve } from 'node:path';
import type { PolicyQuestion } from '../../../../src/ports/policy-decision.port.js';
import { CerbosProcess } from '../../../support/cerbos/cerbos-process.js';
import { describeOnCerbos } from '../../../support/cerbos/describe-on-cerbos.js';
import { callerOf, questionOn, tokenFacts, watchedPdp } from './authzen-samples.js';
import type { WatchedPdp } from './authzen-samples.js';

const POLICIES = resolve('docs/policies/cerbos/policies');
const WITH_OUTPUTS = { timeoutMs: 10_000, context: { 'cerbos.includeMeta': true } };
const DB = 'openbao+kv2://secret/teams/payments/db';

const member = callerOf({ token: tokenFacts({ groups: ['team-payments'] }) });
const destroyer = callerOf({ subject: 'dora', token: tokenFacts({ roles: ['destroyer'] }) });
const breaker = callerOf({ subject: 'gwen', token: tokenFacts({ roles: ['break-glass'] }) });

function times<Item>(count: number, make: (index: number) => Item): Item[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

describeOnCerbos('AuthZEN', (title) => {
  describe(title, () => {
    let cerbos: CerbosProcess;
    let watched: WatchedPdp;

    beforeAll(async () => {
      cerbos = await CerbosProcess.start(POLICIES);
    });

    afterAll(() => cerbos.stop());

    beforeEach(() => {
      watched = watchedPdp(cerbos.url, WITH_OUTPUTS);
    });

    afterEach(() => watched.pdp.close());

    async function effects(questions: readonly PolicyQuestion[]): Promise<string[]> {
      const decisions = await watched.pdp.decide(questions);
      expect(watched.failures).toEqual([]);
      return decisions.map(({ effect }) => effect);
    }

    it('permits, denies and says how it is', async () => {
      expect(await effects([questionOn(DB, { caller: member })])).toEqual(['permit']);
      expect(await effects([questionOn(DB)])).toEqual(['deny']);
      expect(await watched.pdp.checkHealth()).toEqual({ usable: true, state: 'ok' });
    });

    it('binds a permit by the outputs of its rules, alone and in a batch of others', async () => {
      const question = questionOn(DB, { caller: breaker });
      const bound = { effect: 'permit', bounds: { ttlSeconds: 60, maxUses: 1 } };
      const free = { effect: 'permit', bounds: { ttlSeconds: undefined, maxUses: undefined } };
      expect(await watched.pdp.decide([question])).toMatchObject([bound]);
      const others = times(12, (index) => questionOn(`${DB}${index}`, { caller: member }));
      expect(await watched.pdp.decide([...others, question])).toMatchObject([
        ...others.map(() => free),
        bound,
      ]);
    });

    it('answers 60 questions on one resource, each for its own facts', async () => {
      const questions = times(60, (index) =>
        questionOn(DB, {
          caller: destroyer,
          purpose: 'destroy_versions',
          facts: { created_by: index % 3 === 0 ? 'dora' : `somebody-${index}` },
        }),
      );
      expect(await effects(questions)).toEqual(times(60, (index) => (index % 3 === 0 ? 'deny' : 'permit')));
    });

    it('answers 60 questions on one resource for all purposes', async () => {
      const purposes = ['read', 'write', 'destroy_versions', 'rotate'] as const;
      const questions = times(60, (index) =>
        questionOn(DB, {
          caller: member,
          purpose: purposes[index % 4] ?? 'read',
          facts: { created_by: 'bob' },
        }),
      );
      const expected = times(60, (index) => (index % 4 === 2 ? 'deny' : 'permit'));
      expect(await effects(questions)).toEqual(expected);
      await watched.pdp.close();
      watched = watchedPdp(cerbos.url, { timeoutMs: 10_000 });
      expect(await effects(questions)).toEqual(expected);
    });

    it('answers one resource for callers of one name and different groups', async () => {
      const questions = times(60, (index) => questionOn(DB, index % 2 === 0 ? { caller: member } : {}));
      expect(await effects(questions)).toEqual(times(60, (index) => (index % 2 === 0 ? 'permit' : 'deny')));
    });

    it('answers 500 different resources with their outputs', async () => {
      const startMs = performance.now();
      const questions = times(500, (index) =>
        questionOn(`${DB}/${'long-'.repeat(20)}${index}`, { caller: breaker }),
      );
      expect(await effects(questions)).toEqual(times(500, () => 'permit'));
      expect(performance.now() - startMs).toBeLessThan(10_000);
    });

    it('gives no decision while it is silent, and decides again afterwards', async () => {
      await watched.pdp.close();
      watched = watchedPdp(cerbos.url, { timeoutMs: 500 });
      const question = questionOn(DB, { caller: member });
      expect(await watched.pdp.decide([question])).toMatchObject([{ effect: 'permit' }]);
      await cerbos.pause();
      try {
        expect(await watched.pdp.decide([question])).toEqual([{ effect: 'none' }]);
        expect(await watched.pdp.checkHealth()).toEqual({ usable: false, state: 'unreachable' });
      } finally {
        cerbos.resume();
      }
      await watched.pdp.close();
      watched = watchedPdp(cerbos.url, WITH_OUTPUTS);
      expect(await effects([question])).toEqual(['permit']);
    });

    it('gives no decision once it is gone', async () => {
      const other = await CerbosProcess.start(POLICIES);
      const gone = watchedPdp(other.url, WITH_OUTPUTS);
      const question = questionOn(DB, { caller: member });
      expect(await gone.pdp.decide([question])).toMatchObject([{ effect: 'permit' }]);
      await other.stop();
      expect(await gone.pdp.decide([question, question])).toEqual([{ effect: 'none' }, { effect: 'none' }]);
      await gone.pdp.close();
    });
  });
});
