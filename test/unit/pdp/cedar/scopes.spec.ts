import { closeAll, effectOf, startCedar } from './cedar-bench.js';
import type { Asked } from './cedar-bench.js';

afterEach(closeAll);

interface ScopeCase {
  readonly scope: string;
  readonly permitted: readonly Asked[];
  readonly denied: readonly Asked[];
}

const uri = 'openbao+kv2://secret/app/db/main';
const CASES: readonly ScopeCase[] = [
  {
    scope: 'principal, action, resource',
    permitted: [{}, { anonymous: true }, { uri: 'yaml://secret/' }],
    denied: [],
  },
  {
    scope: 'principal == User::"alice", action, resource',
    permitted: [{ subject: 'alice' }],
    denied: [
      { subject: 'bob' },
      { subject: 'alice', client: 'alice' },
      { groups: ['alice'], subject: 'bob' },
    ],
  },
  {
    scope: 'principal == Client::"ci", action, resource',
    permitted: [{ subject: 'ci', client: 'ci' }],
    denied: [{ subject: 'ci' }, { subject: 'alice', client: 'ci' }],
  },
  {
    scope: 'principal == User::"anonymous", action, resource',
    permitted: [{ anonymous: true }],
    denied: [{ subject: 'alice' }],
  },
  {
    scope: 'principal in Group::"payments", action, resource',
    permitted: [{ groups: ['payments'] }, { groups: ['a', 'payments'], subject: 'ci', client: 'ci' }],
    denied: [{}, { groups: ['payments2', 'Payments'] }, { roles: ['payments'] }, { subject: 'payments' }],
  },
  {
    scope: 'principal in Role::"operator", action, resource',
    permitted: [{ roles: ['operator'] }],
    denied: [{ groups: ['operator'] }],
  },
  { scope: 'principal in User::"alice", action, resource', permitted: [{}], denied: [{ subject: 'bob' }] },
  {
    scope: 'principal is Client, action, resource',
    permitted: [{ subject: 'ci', client: 'ci' }],
    denied: [{ subject: 'ci', client: 'other' }],
  },
  {
    scope: 'principal is User in Group::"payments", action, resource',
    permitted: [{ groups: ['payments'] }],
    denied: [{}, { groups: ['payments'], subject: 'ci', client: 'ci' }],
  },
  {
    scope: 'principal, action == Action::"write", resource',
    permitted: [{ purpose: 'write' }],
    denied: [{ purpose: 'read' }, { purpose: 'destroy_versions' }],
  },
  {
    scope: 'principal, action in [Action::"undelete", Action::"delete"], resource',
    permitted: [{ purpose: 'undelete' }, { purpose: 'delete' }],
    denied: [{ purpose: 'read' }],
  },
  {
    scope: `principal, action, resource == Secret::"${uri}"`,
    permitted: [{ uri }, { uri: `${uri}?version=3` }],
    denied: [
      { uri: `${uri}#token` },
      { uri: `${uri}2` },
      { uri: `${uri}/` },
      { uri: uri.replace('bao', 'Bao').slice(0, -1) },
    ],
  },
  {
    scope: `principal, action, resource == Secret::"${uri}#token"`,
    permitted: [{ uri: `${uri}#token` }],
    denied: [{ uri }],
  },
  {
    scope: 'principal, action, resource == Secret::"openbao+kv2://secret/app/"',
    permitted: [{ uri: 'openbao+kv2://secret/app/' }],
    denied: [{ uri: 'openbao+kv2://secret/app' }, { uri }],
  },
  {
    scope: 'principal, action, resource in Folder::"openbao+kv2://secret/app"',
    permitted: [
      { uri },
      { uri: `${uri}#token` },
      { uri: 'openbao+kv2://secret/app/' },
      { uri: 'openbao+kv2://secret/app/db/' },
    ],
    denied: [
      { uri: 'openbao+kv2://secret/app' },
      { uri: 'openbao+kv2://secret/apple/db/main' },
      { uri: 'openbao+kv2://secret/' },
      { uri: 'hashicorp+kv2://secret/app/db/main' },
      { uri: 'openbao+kv2://other/app/db/main' },
      { uri: 'openbao+kv2://secret/x/app/db/main' },
    ],
  },
  {
    scope: 'principal, action, resource in Folder::"yaml://secret/a%20b/ü"',
    permitted: [{ uri: 'yaml://secret/a%20b/%C3%BC/x' }],
    denied: [{ uri: 'yaml://secret/a/b' }],
  },
  {
    scope: 'principal, action, resource in Mount::"openbao+kv2://secret"',
    permitted: [{ uri }, { uri: `${uri}#a/b` }, { uri: 'openbao+kv2://secret/' }],
    denied: [{ uri: 'openbao+kv2://secret2/app' }, { uri: 'yaml://secret/app' }],
  },
  {
    scope: 'principal, action, resource in Tenant::"acme"',
    permitted: [{ tenant: 'acme' }],
    denied: [{ tenant: 'dev' }],
  },
  { scope: 'principal, action, resource is Secret', permitted: [{}, { uri: 'yaml://secret/' }], denied: [] },
  {
    scope: 'principal, action, resource is Secret in Folder::"yaml://secret/app"',
    permitted: [{ uri: 'yaml://secret/app/api' }],
    denied: [{ uri: 'yaml://secret/other/api' }],
  },
  {
    scope:
      'principal in Group::"payments", action == Action::"read", resource in Folder::"yaml://secret/app"',
    permitted: [{ groups: ['payments'] }],
    denied: [
      {},
      { groups: ['payments'], purpose: 'write' },
      { groups: ['payments'], uri: 'yaml://secret/b/c' },
    ],
  },
];

describe('what a policy names in its scope', () => {
  it.each(CASES)('permit($scope)', async ({ scope, permitted, denied }) => {
    const pdp = await startCedar(`permit(${scope});`);
    for (const asked of permitted) expect([asked, await effectOf(pdp, asked)]).toEqual([asked, 'permit']);
    for (const asked of denied) expect([asked, await effectOf(pdp, asked)]).toEqual([asked, 'deny']);
  });

  // One index finds both effects: a few of the forms are enough.
  it.each(CASES.filter((_, index) => index % 4 === 0))(
    'forbid($scope)',
    async ({ scope, permitted, denied }) => {
      const pdp = await startCedar(`permit(principal, action, resource); forbid(${scope});`);
      for (const asked of permitted) expect([asked, await effectOf(pdp, asked)]).toEqual([asked, 'deny']);
      for (const asked of denied) expect([asked, await effectOf(pdp, asked)]).toEqual([asked, 'permit']);
    },
  );
});
