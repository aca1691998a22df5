import type { CedarPdp } from '../../../../src/pdp/cedar/cedar.pdp.js';
import { closeAll, effectOf, looksAtFacts, startCedar } from './cedar-bench.js';
import type { Asked } from './cedar-bench.js';

interface ConditionCase {
  readonly when: string;
  readonly readsFacts?: boolean;
  readonly permitted?: readonly Asked[];
  readonly denied?: readonly Asked[];
}

const owner = 'context.resource_attributes.owner';
const hasOwner = 'context.resource_attributes has owner';
const pinned = (asked: Asked): Asked => ({ ...asked, uri: '?version=7' });

/** `uri` is what follows `yaml://secret/c<n>/api`: each case has a folder of its own in one set of policies. */
const CASES: readonly ConditionCase[] = [
  { when: 'resource.provider == "yaml" && resource.mount == "secret"', permitted: [{}] },
  { when: 'resource.path like "c*/api/x"', permitted: [{ uri: '/x' }], denied: [{ uri: '/y' }, {}] },
  { when: 'resource.path like "c*/"', permitted: [{ uri: '/' }], denied: [{}] },
  { when: 'resource.uri like "yaml://secret/*#a%20b"', permitted: [{ uri: '#a%20b' }], denied: [{}] },
  { when: '!(resource has fragment)', permitted: [{}], denied: [{ uri: '#x' }] },
  {
    when: 'resource has fragment && resource.fragment == "a/b"',
    permitted: [{ uri: '#a/b' }],
    denied: [{ uri: '#a' }, {}],
  },
  { when: 'context.issuer == "https://idp.example"', permitted: [{}], denied: [{ anonymous: true }] },
  { when: 'context.client_id == "ci"', permitted: [{ client: 'ci' }], denied: [{}] },
  { when: 'context.client_id == ""', permitted: [{}, { anonymous: true }], denied: [{ client: 'ci' }] },
  { when: 'context has client_id && context.client_id == "ci"', permitted: [{ client: 'ci' }], denied: [{}] },
  {
    when: 'context.audience.contains("other")',
    permitted: [{ audience: ['a', 'other'] }],
    denied: [{}, { anonymous: true }],
  },
  { when: 'context.audience.isEmpty()', permitted: [{ anonymous: true }], denied: [{}] },
  { when: 'context.tenant_id == "acme"', permitted: [{ tenant: 'acme' }], denied: [{}] },
  { when: 'context.correlation_id == "x-1"', permitted: [{ correlationId: 'x-1' }], denied: [{}] },
  { when: 'context has token_jti && context.token_jti == "j"', permitted: [{ tokenId: 'j' }], denied: [{}] },
  {
    when: 'context has cnf && context.cnf has jkt',
    permitted: [{ senderKey: { kind: 'jkt', thumbprint: 't' } }],
    denied: [{}, { senderKey: { kind: 'x5t#S256', thumbprint: 't' } }],
  },
  {
    when: 'context has cnf && context.cnf has "x5t#S256" && context.cnf["x5t#S256"] == "t"',
    permitted: [{ senderKey: { kind: 'x5t#S256', thumbprint: 't' } }],
    denied: [{ senderKey: { kind: 'x5t#S256', thumbprint: 'u' } }],
  },
  { when: 'context has version && context.version == 7', permitted: [pinned({})], denied: [{}] },
  {
    when: '(principal in [Group::"a", Group::"c"] || principal in Role::"b") && resource in Tenant::"acme"',
    permitted: [
      { groups: ['a'], tenant: 'acme' },
      { roles: ['b'], tenant: 'acme' },
    ],
    denied: [{ groups: ['b'], tenant: 'acme' }, { groups: ['a'] }],
  },
  {
    when: 'if principal is Client then action == Action::"read" else principal == User::"alice"',
    permitted: [
      { subject: 'alice', purpose: 'write' },
      { subject: 'ci', client: 'ci' },
    ],
    denied: [{ subject: 'ci', client: 'ci', purpose: 'write' }],
  },
  {
    when: 'principal.sub like "a*"',
    permitted: [{ subject: 'alice' }, { subject: 'a', client: 'a' }, { anonymous: true }],
    denied: [{ subject: 'bob' }],
  },
  // What follows looks at facts, or could.
  {
    when: `${hasOwner} && ${owner} == principal.sub`,
    readsFacts: true,
    permitted: [{ subject: 'bob', facts: { owner: 'bob' } }],
    denied: [{ subject: 'bob', facts: { owner: 'alice' } }, { subject: 'bob' }],
  },
  {
    when: `${hasOwner} && ${owner} == "alice"`,
    readsFacts: true,
    permitted: [{ facts: { owner: 'alice' } }],
    denied: [{}],
  },
  {
    when: 'context has resource_attributes.created_by && context.resource_attributes.created_by == "bob"',
    readsFacts: true,
    permitted: [{ facts: { created_by: 'bob' } }],
    denied: [{ facts: { owner: 'bob' } }],
  },
  {
    when: 'context["resource_attributes"] has created_at',
    readsFacts: true,
    permitted: [{ facts: { created_at: '2026-01-01T00:00:00Z' } }],
    denied: [{}],
  },
  { when: 'context has resource_attributes', readsFacts: true, permitted: [{}] },
  {
    when: '{ whole: context }.whole.resource_attributes has owner',
    readsFacts: true,
    permitted: [{ facts: { owner: 'o' } }],
    denied: [{}],
  },
  {
    when: '(if principal is User then context else context).tenant_id == "dev"',
    readsFacts: true,
    permitted: [{}],
  },
  {
    when: `!(!(resource.uri == "" || (true && ${hasOwner})))`,
    readsFacts: true,
    permitted: [{ facts: { owner: 'o' } }],
    denied: [{}],
  },
  {
    when: `[1, 2].contains(if ${hasOwner} then 1 else 3)`,
    readsFacts: true,
    permitted: [{ facts: { owner: 'o' } }],
    denied: [{}],
  },
  { when: 'resource.path == "resource_attributes" || "context" == "context"', permitted: [{}] },
];

describe('what a policy looks at in its conditions', () => {
  let pdp: CedarPdp;
  beforeAll(async () => {
    pdp = await startCedar(
      CASES.map(
        ({ when }, index) =>
          `permit(principal, action, resource in Folder::"yaml://secret/c${index}") when { ${when} };`,
      ).join('\n'),
    );
  });
  afterAll(closeAll);

  it.each(CASES.map((each, index) => ({ ...each, index })))(
    '$when',
    async ({ index, readsFacts = false, permitted = [], denied = [] }) => {
      const placed = (asked: Asked): Asked => ({
        ...asked,
        uri: `yaml://secret/c${index}/api${asked.uri ?? ''}`,
      });
      for (const asked of permitted)
        expect([asked, await effectOf(pdp, placed(asked))]).toEqual([asked, 'permit']);
      for (const asked of denied)
        expect([asked, await effectOf(pdp, placed(asked))]).toEqual([asked, 'deny']);
      expect(looksAtFacts(pdp, placed({}))).toBe(readsFacts);
    },
  );

  it('looks at facts in an unless, and only where the policy can match', async () => {
    const own = await startCedar(`
      permit(principal, action, resource);
      forbid(principal, action == Action::"write", resource in Folder::"yaml://secret/own")
      unless { ${hasOwner} && ${owner} == "alice" };
    `);
    const asked = { uri: 'yaml://secret/own/x', purpose: 'write' } as const;
    expect(looksAtFacts(own, asked)).toBe(true);
    expect(looksAtFacts(own, { ...asked, purpose: 'read' })).toBe(false);
    expect(looksAtFacts(own, { ...asked, uri: 'yaml://secret/other/x' })).toBe(false);
    expect(await effectOf(own, asked)).toBe('deny');
    expect(await effectOf(own, { ...asked, facts: { owner: 'alice' } })).toBe('permit');
  });
});
