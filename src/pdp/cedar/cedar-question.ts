import type { Context, EntityJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import type { PolicyQuestion, ResourceFacts } from '../../ports/policy-decision.port.js';
import { AuditResource } from '../../secrets/audit-resource.js';
import { SecretUri } from '../../secrets/secret-uri.js';
import type { Caller } from '../../secrets/caller.js';
import type { CedarCall } from './cedar-runtime.js';
import { ANY, entityKey, typeKey } from './compiled-policy.js';
import type { QuestionKeys } from './policy-index.js';

type Resource = PolicyQuestion['resource'];

/** A policy question in Cedar's terms. Names of entities, attributes and context: docs/policies/README.md. */
export class CedarQuestion {
  readonly keys: QuestionKeys;
  private readonly principal: TypeAndId;
  private readonly principalParents: readonly TypeAndId[];
  private readonly resource: TypeAndId;
  private readonly resourceParents: readonly TypeAndId[];

  constructor(
    private readonly question: PolicyQuestion,
    private readonly action: string,
  ) {
    const { caller, resource } = question;
    this.principal = principalOf(caller);
    this.principalParents = [
      ...(caller.token?.groups ?? []).map((id) => ({ type: 'Group', id })),
      ...(caller.token?.roles ?? []).map((id) => ({ type: 'Role', id })),
    ];
    this.resource = {
      type: resource instanceof AuditResource ? 'Audit' : 'Secret',
      id: resource.canonical,
    };
    this.resourceParents = [...placesOf(resource), { type: 'Tenant', id: caller.tenantId }];
    this.keys = {
      action,
      principal: keysOf(this.principal, this.principalParents),
      resource: keysOf(this.resource, this.resourceParents),
    };
  }

  /**
   * @param mentions keys of the entities that the policies asked name; ancestors that none of them names are left out,
   * since entities are most of what a decision costs
   * @returns undefined where a text in it is no well-formed Unicode: Cedar could take it for another one
   */
  findCall(mentions: ReadonlySet<string>): CedarCall | undefined {
    const named = (parents: readonly TypeAndId[]): TypeAndId[] =>
      parents.filter(({ type, id }) => mentions.has(entityKey(type, id)));
    const entities: EntityJson[] = [
      {
        uid: this.principal,
        attrs: { sub: this.principal.id },
        parents: named(this.principalParents),
      },
      {
        uid: this.resource,
        attrs: attributesOf(this.question.resource),
        parents: named(this.resourceParents),
      },
    ];
    const call = {
      principal: this.principal,
      action: { type: 'Action', id: this.action },
      resource: this.resource,
      context: contextOf(this.question),
      entities,
    };
    return isWellFormed(call) ? call : undefined;
  }
}

function principalOf({ subject, clientId }: Caller): TypeAndId {
  return { type: subject === clientId ? 'Client' : 'User', id: subject };
}

/** The mount and every folder above; a prefix, which ends in a slash, lies in its own folder. */
function placesOf(resource: Resource): TypeAndId[] {
  if (resource instanceof AuditResource) return [];
  const { scheme, name } = resource;
  const places: TypeAndId[] = [];
  for (let slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
    const type = places.length === 0 ? 'Mount' : 'Folder';
    places.push({ type, id: `${scheme}://${name.slice(0, slash)}` });
  }
  return places;
}

function keysOf(entity: TypeAndId, parents: readonly TypeAndId[]): string[] {
  return [ANY, typeKey(entity.type), ...[entity, ...parents].map(({ type, id }) => entityKey(type, id))];
}

/** All as printed: the canonical form is what a policy is told. */
function attributesOf(resource: Resource): Record<string, string> {
  const { canonical } = resource;
  // Of the shape of a secret, so that a policy about any resource may look at them.
  if (resource instanceof AuditResource) return { uri: canonical, provider: '', mount: '', path: '' };
  const { scheme, name } = resource;
  const slash = name.indexOf('/');
  const isKey = resource instanceof SecretUri && resource.fragment !== undefined;
  return {
    uri: canonical,
    provider: scheme,
    mount: name.slice(0, slash),
    path: name.slice(slash + 1),
    ...(isKey && { fragment: canonical.slice(canonical.indexOf('#') + 1) }),
  };
}

function contextOf({ caller, resource, facts, correlationId }: PolicyQuestion): Context {
  const { token } = caller;
  const version = resource instanceof SecretUri ? resource.version : undefined;
  return {
    issuer: token?.issuer ?? '',
    client_id: caller.clientId ?? '',
    audience: [...(token?.audience ?? [])],
    tenant_id: caller.tenantId,
    correlation_id: correlationId,
    ...(token?.tokenId !== undefined && { token_jti: token.tokenId }),
    ...(token?.senderKey !== undefined && { cnf: { [token.senderKey.kind]: token.senderKey.thumbprint } }),
    ...(version !== undefined && { version }),
    resource_attributes: knownFacts(facts),
  };
}

/** Only what the schema has: a fact more would make the question unanswerable. */
function knownFacts({ owner, created_by, created_at }: ResourceFacts): Record<string, string> {
  return {
    ...(owner !== undefined && { owner }),
    ...(created_by !== undefined && { created_by }),
    ...(created_at !== undefined && { created_at }),
  };
}

function isWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  return typeof value !== 'object' || value === null || Object.values(value).every(isWellFormed);
}
