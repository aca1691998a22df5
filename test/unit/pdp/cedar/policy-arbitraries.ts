import fc from 'fast-check';
import type { Purpose } from '../../../../src/secrets/operations.js';
import type { Asked } from './cedar-bench.js';

const USERS = ['alice', 'bob', 'ci'];
const GROUPS = ['a', 'b', 'alice'];
const ROLES = ['a', 'operator'];
const PURPOSES: readonly Purpose[] = ['read', 'write', 'delete', 'read_metadata'];
const PLACES = ['yaml://secret', 'openbao+kv2://secret', 'yaml://infra'];
const FOLDERS = PLACES.flatMap((place) => ['/x', '/x/y', '/xy'].map((folder) => place + folder));
const RESOURCES = [...PLACES, ...FOLDERS].flatMap((place) => [
  `${place}/s`,
  `${place}/s#k`,
  `${place}/s#k/l`,
  `${place}/`,
  `${place}/x`,
]);
const TENANTS = ['dev', 'acme'];

const entity = (type: string, ids: readonly string[]): fc.Arbitrary<string> =>
  fc.constantFrom(...ids).map((id) => `${type}::"${id}"`);
const principalEntity = fc.oneof(entity('User', USERS), entity('Client', USERS));
const principalParent = fc.oneof(entity('Group', GROUPS), entity('Role', ROLES));
const resourceEntity = entity('Secret', RESOURCES);
const resourceParent = fc.oneof(
  entity('Folder', FOLDERS),
  entity('Mount', PLACES),
  entity('Tenant', TENANTS),
);
const action = entity('Action', PURPOSES);

const principalScope = fc.oneof(
  fc.constantFrom('principal', 'principal is User', 'principal is Client'),
  principalEntity.map((one) => `principal == ${one}`),
  principalParent.map((one) => `principal in ${one}`),
  principalEntity.map((one) => `principal in ${one}`),
  principalParent.map((one) => `principal is User in ${one}`),
);
const actionScope = fc.oneof(
  fc.constant('action'),
  action.map((one) => `action == ${one}`),
  action.map((one) => `action in ${one}`),
  fc.array(action, { minLength: 1, maxLength: 3 }).map((some) => `action in [${some.join(', ')}]`),
);
const resourceScope = fc.oneof(
  fc.constantFrom('resource', 'resource is Secret'),
  resourceEntity.map((one) => `resource == ${one}`),
  resourceParent.map((one) => `resource in ${one}`),
  resourceEntity.map((one) => `resource in ${one}`),
  resourceParent.map((one) => `resource is Secret in ${one}`),
);

const test: fc.Arbitrary<string> = fc.oneof(
  principalParent.map((one) => `principal in ${one}`),
  principalEntity.map((one) => `principal == ${one}`),
  resourceParent.map((one) => `resource in ${one}`),
  fc
    .array(entity('Folder', FOLDERS), { minLength: 1, maxLength: 2 })
    .map((some) => `resource in [${some.join(', ')}]`),
  resourceEntity.map((one) => `resource in [${one}]`),
  action.map((one) => `action == ${one}`),
  fc.constantFrom(
    'resource has fragment',
    'resource.path like "x/*"',
    'resource.mount == "secret"',
    'resource.uri == "yaml://secret/x/s"',
    'context.client_id == "ci"',
    'context.tenant_id == "dev"',
    'context has version && context.version > 2',
    // Fails for version 5 and up.
    'context has version && context.version + 9223372036854775802 > 0',
    'context.resource_attributes has owner',
    'principal.sub == "alice"',
    'context has resource_attributes.owner && context.resource_attributes.owner == principal.sub',
    'context has resource_attributes.owner && context.resource_attributes.owner == "alice"',
    '{ all: context }.all.resource_attributes has created_by',
    'if principal is Client then context.resource_attributes has owner else true',
  ),
);
const condition = fc
  .tuple(
    fc.constantFrom('when', 'unless'),
    fc.constantFrom(' && ', ' || '),
    fc.array(test, { minLength: 1, maxLength: 2 }),
  )
  .map(([kind, joint, tests]) => `${kind} { ${tests.map((each) => `(${each})`).join(joint)} }`);
const annotation = fc.constantFrom('', '', '@ttl_seconds("60") ', '@ttl_seconds("5") ', '@max_uses("2") ');

const scope = fc.tuple(principalScope, actionScope, resourceScope).map((parts) => parts.join(', '));

function policyOver(scopes: fc.Arbitrary<string>, effects: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(annotation, fc.constantFrom(...effects), scopes, fc.array(condition, { maxLength: 2 }))
    .map(([note, effect, named, conditions]) => `${note}${effect}(${named}) ${conditions.join(' ')};`);
}

/** A policy of any form of scope over a small world, so that many match and many nearly do. */
export const policyText = policyOver(scope, ['permit', 'permit', 'permit', 'forbid']);

/** Policies most of which have one scope, with few that forbid. */
export const crowdedPolicyText = fc.oneof(
  { weight: 30, arbitrary: policyOver(fc.constant('principal, action, resource'), ['permit']) },
  { weight: 10, arbitrary: policyOver(scope, ['permit']) },
  { weight: 1, arbitrary: policyOver(scope, ['forbid']) },
);

/** A question in the same world. */
export const asked: fc.Arbitrary<Asked> = fc.record(
  {
    subject: fc.constantFrom(...USERS),
    client: fc.constantFrom('ci', 'alice'),
    tenant: fc.constantFrom(...TENANTS),
    groups: fc.uniqueArray(fc.constantFrom(...GROUPS, 'other')),
    roles: fc.uniqueArray(fc.constantFrom(...ROLES)),
    purpose: fc.constantFrom(...PURPOSES),
    uri: fc
      .tuple(fc.constantFrom(...RESOURCES), fc.constantFrom('', '', '?version=3', '?version=9'))
      .map(([uri, version]) => (uri.endsWith('/') ? uri : uri + version)),
    facts: fc.constantFrom({}, { owner: 'alice' }, { owner: 'bob', created_by: 'bob' }),
  },
  { requiredKeys: [] },
);
