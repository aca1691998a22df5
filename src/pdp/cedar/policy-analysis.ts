import type {
  ActionConstraint,
  EntityUidJson,
  PolicyJson,
  PrincipalConstraint,
  ResourceConstraint,
} from '@cedar-policy/cedar-wasm/nodejs';
import { ANY, entityKey, typeKey } from './compiled-policy.js';
import type { PolicyScope } from './compiled-policy.js';

/** What is read from a policy's JSON form (Cedar: "JSON policy format"). */
export interface PolicyAnalysis {
  readonly scope: PolicyScope;
  readonly readsFacts: boolean;
  readonly mentions: readonly string[];
}

const FACTS = 'resource_attributes';

export function analysePolicy(policy: PolicyJson): PolicyAnalysis {
  return {
    scope: {
      principal: scopeKey(policy.principal),
      resource: scopeKey(policy.resource),
      actions: actionIds(policy.action),
    },
    readsFacts: readsFacts(policy.conditions),
    mentions: mentionedEntities(policy),
  };
}

/** `is T in E` goes by E alone: who is found by it and is no T is told apart by Cedar. */
function scopeKey(constraint: PrincipalConstraint | ResourceConstraint): string {
  switch (constraint.op) {
    case 'All':
      return ANY;
    case '==':
    case 'in':
      return constrainedKey(constraint);
    case 'is':
      return constraint.in === undefined ? typeKey(constraint.entity_type) : constrainedKey(constraint.in);
  }
}

function constrainedKey(constraint: { entity: EntityUidJson } | { slot: string }): string {
  // Without a link a slot never has an entity; templates are refused before they come here.
  return 'entity' in constraint ? keyOf(constraint.entity) : ANY;
}

function actionIds(constraint: ActionConstraint): string[] | undefined {
  if (constraint.op === 'All') return undefined;
  if ('entities' in constraint) return constraint.entities.map((entity) => unwrapped(entity).id);
  return 'entity' in constraint ? [unwrapped(constraint.entity).id] : undefined;
}

/**
 * Whether anything in the conditions could look at `context.resource_attributes`. `context.x` and `context has x` with
 * another x do not; `context` used in any other way counts as a look.
 */
function readsFacts(conditions: unknown): boolean {
  const waiting: unknown[] = [conditions];
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (!isRecord(node)) continue;
    if (node['Var'] === 'context') return true;
    const attribute = attributeOfContext(node['.']) ?? attributeOfContext(node['has']);
    if (attribute === FACTS) return true;
    if (attribute === undefined) for (const part of Object.values(node)) waiting.push(part);
  }
  return false;
}

/** `x` of `context.x`, `context has x` and `context has x.y`; undefined for what is no look at an attribute of context. */
function attributeOfContext(access: unknown): string | undefined {
  if (!isRecord(access) || !isRecord(access['left']) || access['left']['Var'] !== 'context') return undefined;
  const attribute: unknown = Array.isArray(access['attr']) ? access['attr'][0] : access['attr'];
  return typeof attribute === 'string' ? attribute : undefined;
}

/** Keys of everything that has the form of an entity: one too many does no harm. */
function mentionedEntities(policy: PolicyJson): string[] {
  const keys = new Set<string>();
  const waiting: unknown[] = [policy];
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (!isRecord(node)) continue;
    const { type, id } = node;
    if (typeof type === 'string' && typeof id === 'string') keys.add(entityKey(type, id));
    for (const part of Object.values(node)) waiting.push(part);
  }
  return [...keys];
}

function keyOf(entity: EntityUidJson): string {
  const { type, id } = unwrapped(entity);
  return entityKey(type, id);
}

function unwrapped(entity: EntityUidJson): { type: string; id: string } {
  return '__entity' in entity ? entity.__entity : entity;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
