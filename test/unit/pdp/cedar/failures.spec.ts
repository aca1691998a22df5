import { instantiateCedar } from '../../../../src/pdp/cedar/cedar-wasm.js';
import type { CedarWasm } from '../../../../src/pdp/cedar/cedar-wasm.js';
import { closeAll, decide, effectOf, question, startCedar } from './cedar-bench.js';

afterEach(closeAll);

const DENIED = { effect: 'deny', decisionId: expect.stringMatching(/^cedar-[0-9a-f-]{36}$/) as unknown };
const OVERFLOW = 'context has version && context.version + 9223372036854775807 > 0';
const pinned = { uri: 'yaml://secret/app/api?version=5' };

describe('a policy that fails while it is evaluated', () => {
  it.each([
    [
      'a forbid beside a permit',
      `permit(principal, action, resource); @id("f") forbid(principal, action, resource) when { ${OVERFLOW} };`,
    ],
    [
      'a permit beside another',
      `permit(principal, action, resource); @id("f") permit(principal, action, resource) when { ${OVERFLOW} };`,
    ],
    ['the only permit', `@id("f") permit(principal, action, resource) when { ${OVERFLOW} };`],
  ])('denies: %s', async (_, policies) => {
    const failed: string[] = [];
    const pdp = await startCedar(policies, { onFailedPolicy: (policy) => failed.push(policy) });
    expect(await decide(pdp, pinned)).toEqual(DENIED);
    expect(failed).toEqual([expect.stringMatching(/^all\.cedar:1: policy "f"$/)]);
  });

  it('fails only where it is evaluated', async () => {
    const pdp = await startCedar(
      `permit(principal, action, resource); forbid(principal, action == Action::"write", resource) when { ${OVERFLOW} };`,
    );
    expect(await effectOf(pdp, pinned)).toBe('permit');
    expect(await effectOf(pdp, { ...pinned, purpose: 'write' })).toBe('deny');
    expect(await effectOf(pdp, { purpose: 'write' })).toBe('permit');
  });

  it('denies from any piece of a large set', async () => {
    const permits = Array.from({ length: 300 }, () => 'permit(principal, action, resource);').join('\n');
    const pdp = await startCedar(`${permits} forbid(principal, action, resource) when { ${OVERFLOW} };`);
    expect(await effectOf(pdp, pinned)).toBe('deny');
    expect(await effectOf(pdp)).toBe('permit');
  });
});

describe('a question that Cedar cannot take', () => {
  it('is denied where a name is no well-formed text', async () => {
    const pdp = await startCedar('permit(principal, action, resource);');
    for (const asked of [
      { subject: 'a\ud800' },
      { correlationId: '\udc00' },
      { facts: { owner: '\ud800' } },
    ]) {
      expect(await decide(pdp, asked)).toEqual(DENIED);
    }
    const named = await startCedar('permit(principal in Group::"\\u{fffd}", action, resource);');
    expect(await effectOf(named, { groups: ['\ufffd'] })).toBe('permit');
    expect(await effectOf(named, { groups: ['\ud800'] })).toBe('deny');
  });

  it('is denied where it does not fit the schema', async () => {
    const pdp = await startCedar('permit(principal, action, resource);', {
      instantiate: () => changingCalls((call) => ({ ...call, context: { ...call.context, surprise: 1 } })),
    });
    expect(await decide(pdp)).toEqual(DENIED);
  });

  it('takes names of any kind', async () => {
    const names = ['', ' ', '"', '\\', 'a"::b', '\u0000', '🔑', '__entity', 'x'.repeat(10_000)];
    const pdp = await startCedar(
      names
        .map((name) => `permit(principal == User::${cedarString(name)}, action, resource in Tenant::"t");`)
        .join('\n'),
    );
    for (const subject of names) {
      expect([subject, await effectOf(pdp, { subject, tenant: 't' })]).toEqual([subject, 'permit']);
      expect(await effectOf(pdp, { subject: `${subject}!`, tenant: 't' })).toBe('deny');
    }
  });
});

describe('a failure of Cedar itself', () => {
  it('is no decision, and the next question goes to a new instance', async () => {
    let instances = 0;
    let panics = 0;
    const crashes: unknown[] = [];
    const pdp = await startCedar(
      '@ttl_seconds("9") permit(principal, action, resource); permit(principal == User::"bob", action, resource);',
      {
        onCrash: (error) => crashes.push(error),
        instantiate: () => {
          instances += 1;
          return changingCalls((call) => {
            if (call.principal.type === 'User' && panics > 0) throw new Error(`unreachable ${(panics -= 1)}`);
            return call;
          });
        },
      },
    );
    expect(await effectOf(pdp)).toBe('permit');
    panics = 1;
    const decisions = await pdp.decide([question(), question({ subject: 'bob' }), question()]);
    expect(decisions.map(({ effect }) => effect)).toEqual(['none', 'permit', 'permit']);
    expect(decisions[2]).toMatchObject({ bounds: { ttlSeconds: 9 } });
    expect(instances).toBe(2);
    expect(crashes).toEqual([expect.objectContaining({ message: 'unreachable 0' })]);
  });

  it('is no decision for as long as it lasts', async () => {
    let isBroken = false;
    const pdp = await startCedar('permit(principal, action, resource);', {
      instantiate: () => {
        if (isBroken) throw new Error('out of memory');
        return changingCalls(() => {
          throw new Error('panic');
        });
      },
    });
    isBroken = true;
    expect(await decide(pdp)).toEqual({ effect: 'none' });
    expect(await decide(pdp)).toEqual({ effect: 'none' });
  });
});

type Call = Parameters<CedarWasm['statefulIsAuthorized']>[0] & { principal: { type: string; id: string } };

function changingCalls(change: (call: Call) => Call): CedarWasm {
  const { preparsePolicySet, preparseSchema, statefulIsAuthorized } = instantiateCedar();
  return {
    preparsePolicySet,
    preparseSchema,
    statefulIsAuthorized: (call) => statefulIsAuthorized(change(call as Call)),
  };
}

function cedarString(text: string): string {
  return `"${text.replace(/["\\]/g, String.raw`\$&`).replaceAll('\u0000', String.raw`\0`)}"`;
}
