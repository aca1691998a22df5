import { randomUUID } from 'node:crypto';
import { CallFields } from './call-fields.js';
import type { StoreCall } from './store-call.js';
import type { AppRole, StoreNamespace } from './store-namespace.js';
import { answer, deadToken, noContent, notFound, refuse, unsupported } from './store-reply.js';
import type { StoreReply } from './store-reply.js';
import { describeAuth, SYSTEM_MAX_TTL_SECONDS } from './token-store.js';
import type { TokenStore } from './token-store.js';

/** `POST auth/approle/login`, which needs no token. */
export function logIn(namespace: StoreNamespace, tokens: TokenStore, call: StoreCall): StoreReply {
  if (!namespace.hasAppRole) return deadToken;
  if (call.operation !== 'update') return unsupported;
  const { role_id: roleId, secret_id: secretId } = call.body;
  // The store's own oddity: the one is a 500, the other a 400.
  if (typeof roleId !== 'string' || roleId === '') return refuse(500, 'missing role_id');
  if (typeof secretId !== 'string' || secretId === '') return refuse(400, 'missing secret_id');
  const found = [...namespace.roles].find(([, role]) => role.roleId === roleId);
  const secret = found?.[1].secretIds.get(secretId);
  if (found === undefined || secret === undefined) return refuse(400, 'invalid role or secret ID');
  const [name, role] = found;
  secret.usesLeft -= 1;
  if (secret.usesLeft === 0) role.secretIds.delete(secretId);
  const token = tokens.add({
    namespace: namespace.path,
    policies: [...new Set(['default', ...role.policies])].sort(),
    ttlSeconds: role.ttlSeconds || SYSTEM_MAX_TTL_SECONDS,
    ...(role.maxTtlSeconds > 0 ? { maxTtlSeconds: role.maxTtlSeconds } : {}),
    isOrphan: true,
    displayName: 'approle',
    path: 'auth/approle/login',
    meta: { role_name: name },
  });
  return answer({ auth: describeAuth(token, token.ttlSeconds) });
}

/** `auth/approle/role/<name>[/role-id|/secret-id]`. */
export function handleRole(namespace: StoreNamespace, call: StoreCall, rest: string): StoreReply {
  const [name = '', part] = rest.split('/');
  const role = namespace.roles.get(name);
  if (part === undefined && call.operation === 'update') {
    namespace.roles.set(name, readRole(call, role));
    return noContent;
  }
  if (role === undefined) return notFound;
  if (part === 'role-id' && call.operation === 'read') return answer({ data: { role_id: role.roleId } });
  if (part === 'secret-id' && call.operation === 'update') return answer({ data: addSecretId(role) });
  return unsupported;
}

function readRole(call: StoreCall, existing: AppRole | undefined): AppRole {
  const fields = CallFields.ofBody(call.body);
  const policies = fields.raw('token_policies');
  return {
    roleId: existing?.roleId ?? randomUUID(),
    secretIds: existing?.secretIds ?? new Map<string, { usesLeft: number }>(),
    policies: Array.isArray(policies) ? policies.map(String) : (existing?.policies ?? []),
    ttlSeconds: fields.findDuration('token_ttl') ?? existing?.ttlSeconds ?? 0,
    maxTtlSeconds: fields.findDuration('token_max_ttl') ?? existing?.maxTtlSeconds ?? 0,
    secretIdNumUses: fields.findInt('secret_id_num_uses') ?? existing?.secretIdNumUses ?? 0,
  };
}

function addSecretId(role: AppRole): Record<string, string | number> {
  const secretId = randomUUID();
  role.secretIds.set(secretId, { usesLeft: role.secretIdNumUses === 0 ? Infinity : role.secretIdNumUses });
  return {
    secret_id: secretId,
    secret_id_accessor: randomUUID(),
    secret_id_num_uses: role.secretIdNumUses,
    secret_id_ttl: 0,
  };
}
