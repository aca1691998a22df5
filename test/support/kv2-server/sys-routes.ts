import { parsePolicy } from './acl-policy.js';
import { isJsonObject, toText } from './go-json.js';
import type { JsonObject } from './go-json.js';
import type { StoreCall } from './store-call.js';
import type { StoreNamespace } from './store-namespace.js';
import { answer, noContent, notFound, refuse, unsupported } from './store-reply.js';
import type { StoreReply } from './store-reply.js';
import { SYSTEM_MAX_TTL_SECONDS } from './token-store.js';

/** `sys/…` of a namespace, for callers whose token was checked. */
export class SysRoutes {
  constructor(
    private readonly namespace: StoreNamespace,
    private readonly addNamespace: (name: string) => StoreNamespace,
  ) {}

  handle(call: StoreCall, rest: string): StoreReply {
    const [area = '', ...more] = rest.split('/');
    const name = more.join('/').replace(/\/$/, '');
    if (area === 'mounts') return this.handleMount(call, name);
    if (area === 'namespaces' && call.operation === 'update') return this.createNamespace(name);
    if (area === 'auth' && name === 'approle' && call.operation === 'update') return this.enableAppRole();
    if (area === 'policies' && name.startsWith('acl/'))
      return this.handlePolicy(call, name.slice('acl/'.length));
    return unsupported;
  }

  private handleMount(call: StoreCall, name: string): StoreReply {
    if (call.operation === 'update') return this.createMount(call, name);
    if (call.operation === 'delete') {
      this.namespace.removeMount(name);
      return noContent;
    }
    if (name.endsWith('/tune')) return this.describeTuning(name.slice(0, -'/tune'.length));
    const data = name === '' ? this.describeAll() : this.namespace.describeMount(name);
    return data === undefined
      ? refuse(400, `No secret engine mount at ${name}/`)
      : answer({ data, beside: data });
  }

  private describeTuning(name: string): StoreReply {
    const mount = this.namespace.describeMount(name);
    if (mount === undefined) return refuse(400, `cannot fetch sysview for path "${name}"`);
    const ttl = { default_lease_ttl: SYSTEM_MAX_TTL_SECONDS, max_lease_ttl: SYSTEM_MAX_TTL_SECONDS };
    const data = { description: '', force_no_cache: false, options: mount.options ?? null, ...ttl };
    return answer({ data, beside: data });
  }

  private describeAll(): JsonObject {
    return Object.fromEntries(
      this.namespace.mountPaths().map((path) => [`${path}/`, this.namespace.describeMount(path) ?? {}]),
    );
  }

  private createMount(call: StoreCall, name: string): StoreReply {
    if (this.namespace.describeMount(name) !== undefined)
      return refuse(400, `path is already in use at ${name}/`);
    const { type, options } = call.body;
    if (type !== 'kv' && type !== 'kv-v2') return refuse(400, 'plugin not found in the catalog');
    const version = isJsonObject(options) ? options.version : undefined;
    this.namespace.addMount(name, type === 'kv-v2' || version === '2' ? '2' : '1');
    return noContent;
  }

  private createNamespace(name: string): StoreReply {
    if (name.includes('/')) return refuse(400, 'namespace name cannot contain /');
    const { id, path, uuid } = this.addNamespace(name);
    return answer({ data: { custom_metadata: {}, id, locked: false, path, tainted: false, uuid } });
  }

  private enableAppRole(): StoreReply {
    if (this.namespace.hasAppRole) return refuse(400, 'path is already in use at approle/');
    this.namespace.hasAppRole = true;
    return noContent;
  }

  private handlePolicy(call: StoreCall, name: string): StoreReply {
    if (call.operation === 'delete') this.namespace.policies.delete(name);
    if (call.operation === 'read')
      return this.namespace.policies.has(name) ? answer({ data: { name } }) : notFound;
    if (call.operation !== 'update') return noContent;
    try {
      this.namespace.policies.set(name, parsePolicy(toText(call.body.policy)));
      return noContent;
    } catch (error) {
      return refuse(400, (error as Error).message);
    }
  }
}
