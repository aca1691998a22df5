import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { PolicyQuestion, ResourceFacts } from '../../../../src/ports/policy-decision.port.js';
import type { Purpose } from '../../../../src/secrets/operations.js';
import { SecretPrefix, SecretUri } from '../../../../src/secrets/secret-uri.js';
import { CerbosProcess, compilePolicies } from '../../../support/cerbos/cerbos-process.js';
import { describeOnCerbos } from '../../../support/cerbos/describe-on-cerbos.js';
import { callerOf, tokenFacts, watchedPdp } from './authzen-samples.js';
import type { WatchedPdp } from './authzen-samples.js';

const POLICIES = resolve('docs/policies/cerbos/policies');
const QUESTIONS = JSON.parse(
  readFileSync(resolve('docs/policies/cerbos/questions.json'), 'utf8'),
) as WrittenQuestion[];

interface WrittenQuestion {
  title: string;
  who: { user?: string; client?: string; groups?: string[]; roles?: string[] };
  purpose: Purpose;
  uri: string;
  facts?: ResourceFacts;
  expected: { effect: 'permit' | 'deny'; ttl_seconds?: number; max_uses?: number };
}

function toQuestion({ who, purpose, uri, facts = {} }: WrittenQuestion): PolicyQuestion {
  const { user, client, groups = [], roles = [] } = who;
  return {
    caller: callerOf({
      subject: user ?? client ?? '',
      clientId: client ?? 'portal',
      token: tokenFacts({ groups, roles }),
    }),
    purpose,
    resource: uri.endsWith('/') ? SecretPrefix.parse(uri) : SecretUri.parse(uri),
    facts,
    correlationId: 'policies-1',
  };
}

describeOnCerbos('policies to start from', (title) => {
  describe(title, () => {
    let cerbos: CerbosProcess;
    let watched: WatchedPdp;

    beforeAll(async () => {
      cerbos = await CerbosProcess.start(POLICIES);
      watched = watchedPdp(cerbos.url, { timeoutMs: 10_000, context: { 'cerbos.includeMeta': true } });
    });

    afterAll(async () => {
      await watched.pdp.close();
      await cerbos.stop();
    });

    it('compile, and pass their own tests', () => {
      const { exitCode, printed } = compilePolicies(POLICIES);
      expect(printed).toMatch(/6 tests executed \[6 OK\]/);
      expect(exitCode).toBe(0);
    });

    it.each(QUESTIONS.map((written) => [written.title, written] as const))('%s', async (_, written) => {
      const { effect, ttl_seconds: ttlSeconds, max_uses: maxUses } = written.expected;
      const expected = effect === 'deny' ? { effect } : { effect, bounds: { ttlSeconds, maxUses } };
      expect(await watched.pdp.decide([toQuestion(written)])).toEqual([
        { ...expected, decisionId: expect.stringMatching(/^authzen-/) as string },
      ]);
    });

    it('answer all of these alike when they are asked together', async () => {
      const decisions = await watched.pdp.decide(QUESTIONS.map(toQuestion));
      expect(decisions.map(({ effect }) => effect)).toEqual(QUESTIONS.map(({ expected }) => expected.effect));
      expect(watched.failures).toEqual([]);
    });
  });
});
