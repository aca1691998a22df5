import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CedarPdp } from '../../../../src/pdp/cedar/cedar.pdp.js';
import type { LoadOutcome } from '../../../../src/pdp/cedar/policy-keeper.js';
import type { PolicyQuestion, ResourceFacts } from '../../../../src/ports/policy-decision.port.js';
import { AUDIT_EVENTS } from '../../../../src/secrets/audit-resource.js';
import type { Purpose } from '../../../../src/secrets/operations.js';
import { closeAll, question, startCedarOn } from './cedar-bench.js';

/** As docs/policies/cedar/questions.json has them. */
interface WrittenQuestion {
  readonly title: string;
  readonly who: {
    readonly user?: string;
    readonly client?: string;
    readonly groups?: readonly string[];
    readonly roles?: readonly string[];
  };
  readonly purpose: Purpose;
  readonly uri?: string;
  /** Asks for the audit trail rather than for an address. */
  readonly audit?: true;
  readonly facts?: ResourceFacts;
  readonly expected: {
    readonly effect: 'permit' | 'deny';
    readonly ttl_seconds?: number;
    readonly max_uses?: number;
  };
}

const FOLDER = resolve('docs/policies/cedar');
const QUESTIONS = readQuestions(resolve(FOLDER, 'questions.json'));
/** Of the same platform's policies for Cerbos. */
const TWINS = readQuestions(resolve('docs/policies/cerbos/questions.json'));

function readQuestions(file: string): WrittenQuestion[] {
  return JSON.parse(readFileSync(file, 'utf8')) as WrittenQuestion[];
}

function toQuestion({ who, audit, expected: _, title: _title, ...rest }: WrittenQuestion): PolicyQuestion {
  const { user, client = 'portal', groups = [], roles = [] } = who;
  const asked = question({ subject: user ?? client, client, groups, roles, ...rest });
  return audit ? { ...asked, resource: AUDIT_EVENTS } : asked;
}

describe('the Cedar policies to start from', () => {
  let pdp: CedarPdp;
  const outcomes: LoadOutcome[] = [];
  beforeAll(async () => {
    pdp = await startCedarOn(FOLDER, { onReload: (outcome) => outcomes.push(outcome) });
  });
  afterAll(closeAll);

  it('are taken without a warning', () => {
    expect(outcomes).toEqual([{ ok: true, message: '8 policies of 6 files decide', warnings: [] }]);
  });

  it.each(QUESTIONS.map((written) => [written.title, written] as const))('%s', async (_, written) => {
    const { effect, ttl_seconds: ttlSeconds, max_uses: maxUses } = written.expected;
    const expected = effect === 'deny' ? { effect } : { effect, bounds: { ttlSeconds, maxUses } };
    const [decision] = await pdp.decide([toQuestion(written)]);
    expect(decision).toEqual({ ...expected, decisionId: expect.any(String) as string });
  });

  it('look at the store only to destroy', () => {
    const looking = QUESTIONS.filter((written) => pdp.needsFacts([toQuestion(written)])[0] === true);
    expect(new Set(looking.map(({ purpose }) => purpose))).toEqual(new Set(['destroy_versions']));
  });

  it('decide as the policies for Cerbos do', async () => {
    const decisions = await pdp.decide(TWINS.map(toQuestion));
    expect(TWINS.map(({ title }, i) => [title, decisions[i]?.effect])).toEqual(
      TWINS.map(({ title, expected }) => [title, expected.effect]),
    );
  });
});
