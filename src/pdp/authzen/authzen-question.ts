import type { PolicyQuestion, ResourceFacts } from '../../ports/policy-decision.port.js';
import { AuditResource } from '../../secrets/audit-resource.js';
import { SecretUri } from '../../secrets/secret-uri.js';

/** One question as AuthZEN 1.0 words it ("Information Model"). */
export interface Evaluation {
  readonly subject: { readonly type: string; readonly id: string; readonly properties: object };
  readonly action: { readonly name: string };
  readonly resource: { readonly type: string; readonly id: string; readonly properties: object };
  readonly context: Readonly<Record<string, unknown>>;
}

export interface EvaluationOptions {
  /** Name of the action that is asked for. */
  readonly action: string;
  /** Whether what the store tells about the secret is sent along. */
  readonly sendsFacts: boolean;
  /** Added to the context; what the service says itself stands above it. */
  readonly context: Readonly<Record<string, unknown>>;
}

/** A policy question in AuthZEN's terms. Every member is listed in docs/policies/cerbos/README.md. */
export function toEvaluation(question: PolicyQuestion, options: EvaluationOptions): Evaluation {
  const facts = options.sendsFacts ? knownFacts(question.facts) : {};
  return {
    subject: subjectOf(question.caller),
    action: { name: options.action },
    resource: resourceOf(question.resource, facts),
    context: { ...options.context, ...contextOf(question, facts) },
  };
}

function subjectOf({ subject, clientId, tenantId, token }: PolicyQuestion['caller']): Evaluation['subject'] {
  const { groups = [], roles = [] } = token ?? {};
  return {
    type: subject === clientId ? 'client' : 'user',
    id: subject,
    properties: {
      client_id: clientId ?? '',
      tenant_id: tenantId,
      ...(groups.length > 0 && { groups }),
      ...(roles.length > 0 && { roles }),
    },
  };
}

/** All as printed: the canonical form is what a policy is told. */
function resourceOf(resource: PolicyQuestion['resource'], facts: ResourceFacts): Evaluation['resource'] {
  const { canonical } = resource;
  if (resource instanceof AuditResource) return { type: 'audit', id: canonical, properties: {} };
  const { scheme, name } = resource;
  const slash = name.indexOf('/');
  const isKey = resource instanceof SecretUri && resource.fragment !== undefined;
  return {
    type: 'secret',
    id: canonical,
    properties: {
      provider: scheme,
      mount: name.slice(0, slash),
      path: name.slice(slash + 1),
      ...(isKey && { fragment: canonical.slice(canonical.indexOf('#') + 1) }),
      ...facts,
    },
  };
}

function contextOf(question: PolicyQuestion, facts: ResourceFacts): Record<string, unknown> {
  const { caller, resource, correlationId } = question;
  const { token } = caller;
  const version = resource instanceof SecretUri ? resource.version : undefined;
  return {
    issuer: token?.issuer ?? '',
    client_id: caller.clientId ?? '',
    audience: token?.audience ?? [],
    tenant_id: caller.tenantId,
    correlation_id: correlationId,
    ...(token?.tokenId !== undefined && { token_jti: token.tokenId }),
    ...(token?.senderKey !== undefined && { cnf: { [token.senderKey.kind]: token.senderKey.thumbprint } }),
    ...(version !== undefined && { version }),
    resource_attributes: facts,
  };
}

function knownFacts({ owner, created_by, created_at }: ResourceFacts): ResourceFacts {
  return {
    ...(owner !== undefined && { owner }),
    ...(created_by !== undefined && { created_by }),
    ...(created_at !== undefined && { created_at }),
  };
}
