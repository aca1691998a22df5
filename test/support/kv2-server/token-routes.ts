import { CallFields } from './call-fields.js';
import { toText } from './go-json.js';
import type { StoreCall } from './store-call.js';
import { answer, noContent, refuse, refuseOne, unsupported } from './store-reply.js';
import type { StoreReply } from './store-reply.js';
import { describeAuth, describeToken, SYSTEM_MAX_TTL_SECONDS } from './token-store.js';
import type { StoreToken, TokenStore } from './token-store.js';
import type { StoreNamespace } from './store-namespace.js';

/** `auth/token/…`. */
export function handleToken(
  namespace: StoreNamespace,
  tokens: TokenStore,
  caller: StoreToken,
  call: StoreCall,
  action: string,
): StoreReply {
  switch (action) {
    case 'lookup-self':
      return answer({ data: describeToken(caller) });
    case 'renew-self':
      return renew(tokens, caller, call);
    case 'revoke-self':
      tokens.revoke(caller.id);
      return noContent;
    case 'revoke':
      tokens.revoke(toText(call.body.token));
      return noContent;
    case 'create':
    case 'create-orphan':
      return create(namespace, tokens, call, { isOrphan: action === 'create-orphan', parent: caller });
    default:
      return unsupported;
  }
}

function renew(tokens: TokenStore, caller: StoreToken, call: StoreCall): StoreReply {
  if (!caller.isRenewable) return refuse(400, 'lease is not renewable');
  try {
    const increment = CallFields.ofBody(call.body).findDuration('increment') ?? 0;
    const { leaseSeconds, warnings } = tokens.renew(caller, increment);
    return answer({ auth: describeAuth(caller, leaseSeconds), warnings });
  } catch (error) {
    return refuseOne(500, (error as Error).message);
  }
}

function create(
  namespace: StoreNamespace,
  tokens: TokenStore,
  call: StoreCall,
  { isOrphan, parent }: { isOrphan: boolean; parent: StoreToken },
): StoreReply {
  const fields = CallFields.ofBody(call.body);
  const named = fields.raw('policies');
  const policies = Array.isArray(named) ? named.map(toText) : parent.policies;
  const isRoot = policies.includes('root');
  const hasDefault = !isRoot && !(fields.findBool('no_default_policy') ?? false);
  const token = tokens.add({
    namespace: namespace.path,
    policies: [...new Set([...(hasDefault ? ['default'] : []), ...policies])].sort(),
    ttlSeconds: fields.findDuration('ttl') ?? (isRoot ? 0 : SYSTEM_MAX_TTL_SECONDS),
    explicitMaxTtlSeconds: fields.findDuration('explicit_max_ttl') ?? 0,
    isRenewable: fields.findBool('renewable') ?? true,
    isOrphan,
  });
  const unknown = policies.filter((name) => name !== 'root' && !namespace.policies.has(name));
  const warnings = unknown.map((name) => `Policy "${name}" does not exist`);
  return answer({ auth: describeAuth(token, token.ttlSeconds), warnings });
}
