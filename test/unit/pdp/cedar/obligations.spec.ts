import type { CedarPdp } from '../../../../src/pdp/cedar/cedar.pdp.js';
import type { PolicyDecision } from '../../../../src/ports/policy-decision.port.js';
import { closeAll, decide, startCedar } from './cedar-bench.js';

interface ObligationCase {
  /** Annotations of one permit each; all of them are satisfied. */
  readonly permits: readonly string[];
  readonly expected:
    readonly [ttlSeconds: number | undefined, maxUses: number | undefined] | 'unknown-obligation';
}

const CASES: readonly ObligationCase[] = [
  { permits: [''], expected: [undefined, undefined] },
  { permits: ['@ttl_seconds("60")'], expected: [60, undefined] },
  { permits: ['@max_uses("3")'], expected: [undefined, 3] },
  { permits: ['@ttl_seconds("60") @max_uses("3")'], expected: [60, 3] },
  { permits: ['@ttl_seconds("60") @max_uses("3")', '@ttl_seconds("600") @max_uses("1")'], expected: [60, 1] },
  { permits: ['@ttl_seconds("60")', ''], expected: [60, undefined] },
  { permits: ['', '@max_uses("9")', '@ttl_seconds("5")'], expected: [5, 9] },
  { permits: ['@description("x") @advice("ask payments") @owner("o")'], expected: [undefined, undefined] },
  { permits: ['@obligation_mfa("yes")'], expected: 'unknown-obligation' },
  { permits: ['@notify'], expected: 'unknown-obligation' },
  { permits: ['@ttl("60")'], expected: 'unknown-obligation' },
  { permits: ['@TTL_seconds("60")'], expected: 'unknown-obligation' },
  { permits: ['@__proto__("60")'], expected: 'unknown-obligation' },
  { permits: ['@ttl_seconds("60")', '@notify("x")'], expected: 'unknown-obligation' },
  ...['0', '-1', '1.5', '1e3', ' 60', '060', '', 'soon', '99999999999999999'].map(
    (value): ObligationCase => ({ permits: [`@ttl_seconds("${value}")`], expected: 'unknown-obligation' }),
  ),
  { permits: ['@ttl_seconds'], expected: 'unknown-obligation' },
  { permits: ['@max_uses("0")'], expected: 'unknown-obligation' },
];

describe('annotations of the determining policies', () => {
  let pdp: CedarPdp;
  beforeAll(async () => {
    const policies = CASES.flatMap(({ permits }, index) =>
      permits.map(
        (annotations) =>
          `${annotations} permit(principal, action, resource in Folder::"yaml://secret/c${index}");`,
      ),
    );
    pdp = await startCedar(policies.join('\n'));
  });
  afterAll(closeAll);

  it.each(CASES.map((each, index) => ({ ...each, index })))('$permits', async ({ index, expected }) => {
    const decision = await decide(pdp, { uri: `yaml://secret/c${index}/x` });
    expect(decision).toEqual(withBounds(expected));
  });

  it('count only where their policy is satisfied', async () => {
    const other = await startCedar(`
      @ttl_seconds("60") permit(principal, action, resource);
      @ttl_seconds("1") @notify("x") permit(principal, action, resource) when { context.tenant_id == "acme" };
      @notify("y") forbid(principal, action == Action::"delete", resource);
    `);
    expect(await decide(other)).toEqual(withBounds([60, undefined]));
    expect(await decide(other, { purpose: 'delete' })).toEqual({
      effect: 'deny',
      decisionId: expect.any(String),
    });
  });
});

function withBounds(expected: ObligationCase['expected']): PolicyDecision {
  const decisionId: string = expect.stringMatching(/^cedar-[0-9a-f-]{36}$/) as string;
  if (expected === 'unknown-obligation') return { effect: expected, decisionId };
  const [ttlSeconds, maxUses] = expected;
  return { effect: 'permit', decisionId, bounds: { ttlSeconds, maxUses } };
}
