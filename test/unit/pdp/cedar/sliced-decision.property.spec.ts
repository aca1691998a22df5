import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import fc from 'fast-check';
import type { CedarPdp } from '../../../../src/pdp/cedar/cedar.pdp.js';
import { CedarQuestion } from '../../../../src/pdp/cedar/cedar-question.js';
import { CedarRuntime } from '../../../../src/pdp/cedar/cedar-runtime.js';
import type { CedarCall } from '../../../../src/pdp/cedar/cedar-runtime.js';
import { instantiateCedar } from '../../../../src/pdp/cedar/cedar-wasm.js';
import { PolicyCompiler } from '../../../../src/pdp/cedar/policy-compiler.js';
import { PolicyIndex } from '../../../../src/pdp/cedar/policy-index.js';
import { builtInSchema } from '../../../../src/pdp/cedar/policy-schema.js';
import { SliceAnswer } from '../../../../src/pdp/cedar/slice-answer.js';
import { SCOPE_OF_PURPOSE } from '../../../../src/secrets/operations.js';
import { closeAll, question, startCedar } from './cedar-bench.js';
import type { Asked } from './cedar-bench.js';
import { asked, crowdedPolicyText, policyText } from './policy-arbitraries.js';

afterEach(closeAll);

const ACTIONS = Object.keys(SCOPE_OF_PURPOSE);
const SCHEMA = builtInSchema(ACTIONS);
/** Everything is an ancestor that counts, and everything is asked. */
const ALL = { has: () => true } as unknown as ReadonlySet<string>;

/** Texts of the permits that determine a permit, by Cedar's plain call over all policies with all entities and facts. */
function wholeAnswer(policies: readonly string[], one: Asked): string[] {
  const { purpose } = question(one);
  const call = new CedarQuestion(question(one), purpose).findCall(ALL) as CedarCall;
  const answer = cedar.isAuthorized({
    ...call,
    schema: SCHEMA,
    validateRequest: true,
    policies: { staticPolicies: policies.join('\n') },
  });
  if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors));
  const { decision, diagnostics } = answer.response;
  if (decision === 'deny' || diagnostics.errors.length > 0) return [];
  return diagnostics.reason.map((id) => policies[Number(id.slice('policy'.length))] ?? id).sort();
}

function compile(policies: readonly string[]): PolicyIndex {
  const files = [{ name: 'all.cedar', text: policies.join('\n') }];
  const index = new PolicyIndex();
  const compiled = new PolicyCompiler(cedar, ACTIONS).compile({ policies: files, schema: undefined });
  for (const policy of compiled.policies) index.add(policy);
  return index;
}

/** The same by the index: only what can match is asked, and facts are left out where nothing looks at them. */
function slicedAnswer(index: PolicyIndex, runtime: CedarRuntime, one: Asked): string[] {
  const { purpose } = question(one);
  const slice = index.findSlice(new CedarQuestion(question(one), purpose).keys);
  if (slice === undefined) return [];
  const told = question(slice.readsFacts ? one : { ...one, facts: {} });
  const call = new CedarQuestion(told, purpose).findCall(slice.mentions) as CedarCall;
  const answer = new SliceAnswer();
  for (const chunk of slice.chunks) {
    const part = runtime.evaluate(chunk, SCHEMA, call);
    if (part === undefined) throw new Error('the question does not fit the schema');
    answer.add(part);
  }
  return answer.determining.map(({ text }) => text).sort();
}

describe('a decision by the policies that can match', () => {
  const runtime = new CedarRuntime(instantiateCedar, 200);

  it('is the decision by all of them', () => {
    const effects = { permit: 0, deny: 0 };
    fc.assert(
      fc.property(
        fc.array(policyText, { minLength: 1, maxLength: 14 }),
        fc.array(asked, { minLength: 25, maxLength: 25 }),
        (policies, questions) => {
          const index = compile(policies);
          for (const one of questions) {
            const whole = wholeAnswer(policies, one);
            expect(slicedAnswer(index, runtime, one)).toEqual(whole);
            effects[whole.length > 0 ? 'permit' : 'deny'] += 1;
          }
        },
      ),
      { numRuns: 80, endOnFailure: true },
    );
    // A world in which nearly everything is denied would show nothing.
    expect(effects.permit).toBeGreaterThan(200);
    expect(effects.deny).toBeGreaterThan(200);
  }, 120_000);

  it('is so too where one scope holds more policies than are parsed together', () => {
    fc.assert(
      fc.property(
        fc.array(crowdedPolicyText, { minLength: 300, maxLength: 400, size: 'max' }),
        fc.array(asked, { minLength: 20, maxLength: 20 }),
        (policies, questions) => {
          const index = compile(policies);
          for (const one of questions) {
            expect(slicedAnswer(index, runtime, one)).toEqual(wholeAnswer(policies, one));
          }
        },
      ),
      { numRuns: 5, endOnFailure: true },
    );
  }, 120_000);

  it('holds through the decision point', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(policyText, { minLength: 20, maxLength: 40 }),
        fc.array(asked, { minLength: 40, maxLength: 40 }),
        async (policies, questions) => {
          const pdp = await startCedar(policies.join('\n'));
          const expected = questions.map((one) =>
            wholeAnswer(policies, one).length > 0 ? 'permit' : 'deny',
          );
          expect(await effectsOf(pdp, questions)).toEqual(expected);
        },
      ),
      { numRuns: 8, endOnFailure: true },
    );
  }, 120_000);
});

async function effectsOf(pdp: CedarPdp, all: readonly Asked[]): Promise<string[]> {
  const looks = pdp.needsFacts(all.map(question));
  const told = all.map((one, i) => question(looks[i] === true ? one : { ...one, facts: {} }));
  return (await pdp.decide(told)).map(({ effect }) => effect);
}
