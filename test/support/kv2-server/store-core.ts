import { randomBytes } from 'node:crypto';
import { handleRole, logIn } from './app-role.js';
import { describeHealth } from './store-health.js';
import type { StoreHealth } from './store-health.js';
import { parseRequest } from './store-request.js';
import type { ParsedRequest, StoreRequest } from './store-request.js';
import { answer, deadToken, noContent, policyDenied, refuse, unsupported } from './store-reply.js';
import type { StoreReply } from './store-reply.js';
import type { StoreCall } from './store-call.js';
import { StoreNamespace } from './store-namespace.js';
import { SysRoutes } from './sys-routes.js';
import { handleToken } from './token-routes.js';
import { TokenStore } from './token-store.js';
import type { StoreToken } from './token-store.js';

export interface StoreCoreOptions {
  /** `hashicorp`: no SCAN, no metadata check-and-set. Default `openbao`. */
  flavour?: 'openbao' | 'hashicorp';
  rootToken?: string;
}

/** The store without its socket: requests in, replies out, all in memory. */
export class StoreCore {
  readonly tokens = new TokenStore();
  readonly rootToken: string;
  readonly unsealKey = randomBytes(32).toString('base64');
  health: StoreHealth = 'active';
  private readonly namespaces = new Map<string, StoreNamespace>();

  constructor(private readonly options: StoreCoreOptions) {
    this.rootToken = options.rootToken ?? `root-${randomBytes(12).toString('hex')}`;
    this.tokens.add({ namespace: '', policies: ['root'], ttlSeconds: 0, id: this.rootToken, isOrphan: true });
    this.addNamespace('').addMount('secret', '2');
  }

  handle(request: StoreRequest): StoreReply {
    const parsed = parseRequest(request, this.options.flavour ?? 'openbao');
    if ('status' in parsed) return parsed;
    const namespace = this.findNamespace(parsed);
    const reply =
      namespace === undefined ? refuse(404, 'namespace not found') : this.route(parsed, namespace);
    const named = parsed.namespace;
    return named === undefined
      ? reply
      : { ...reply, headers: { ...reply.headers, 'X-Vault-Namespace': named } };
  }

  private route({ call, token }: ParsedRequest, namespace: StoreNamespace): StoreReply {
    if (call.path === 'sys/health') return describeHealth(this.health, call.query);
    if (call.path === 'sys/unseal' && call.operation === 'update') return this.unseal(call);
    if (this.health === 'sealed' || this.health === 'uninitialized') return refuse(503, 'Vault is sealed');
    if (call.path === 'auth/approle/login') return logIn(namespace, this.tokens, call);
    const caller = this.tokens.find(token);
    if (caller === undefined) return deadToken;
    if (call.path.startsWith('sys/internal/ui/mounts/')) return this.describeUiMount(call, namespace, caller);
    if (!this.mayCall(call, namespace, caller)) return policyDenied;
    return this.dispatch(call, namespace, caller);
  }

  private dispatch(call: StoreCall, namespace: StoreNamespace, caller: StoreToken): StoreReply {
    const { path } = call;
    if (path === 'sys/seal' && call.operation === 'update') {
      this.health = 'sealed';
      return noContent;
    }
    if (path.startsWith('sys/')) {
      const routes = new SysRoutes(namespace, (name) => this.addNamespace(`${namespace.path}${name}/`));
      return routes.handle(call, path.slice('sys/'.length));
    }
    if (path.startsWith('auth/token/')) {
      return handleToken(namespace, this.tokens, caller, call, path.slice('auth/token/'.length));
    }
    if (path.startsWith('auth/approle/role/') && namespace.hasAppRole) {
      return handleRole(namespace, call, path.slice('auth/approle/role/'.length));
    }
    const found = namespace.findMount(path);
    if (found === undefined) return refuse(404, `no handler for route "${path}". route entry not found.`);
    return found.mount.handle({ ...call, path: found.rest });
  }

  /** The policies of a token reach its own namespace and those below it. */
  private mayCall(call: StoreCall, namespace: StoreNamespace, caller: StoreToken): boolean {
    if (caller.policies.includes('root')) return true;
    const found = namespace.findMount(call.path);
    const isUpdate = found?.mount.exists(found.rest) ?? true;
    const needed = call.operation === 'update' && !isUpdate ? 'create' : call.operation;
    const home = this.namespaces.get(caller.namespace);
    // What a token asks about itself is asked of the namespace that it is from.
    const isOwn = /^auth\/token\/\w+-self$/.test(call.path);
    if (!isOwn && !namespace.path.startsWith(caller.namespace)) return false;
    const fromHome = (isOwn ? '' : namespace.path.slice(caller.namespace.length)) + call.path;
    return home?.capabilitiesOf(caller.policies, fromHome).has(needed) ?? false;
  }

  private describeUiMount(call: StoreCall, namespace: StoreNamespace, caller: StoreToken): StoreReply {
    if (call.operation !== 'read') return unsupported;
    const asked = call.path.slice('sys/internal/ui/mounts/'.length).replace(/\/$/, '');
    const name = namespace.findMount(asked)?.name;
    const described = name === undefined ? undefined : namespace.describeMount(name);
    const isReached = caller.policies.includes('root') || namespace.reachesMount(caller.policies, name ?? '');
    if (name === undefined || described === undefined || !isReached) {
      const denied = `please ensure client's policies grant access to path "${asked}/"`;
      return refuse(403, `preflight capability check returned 403, ${denied}`);
    }
    return answer({ data: { ...described, path: `${name}/` } });
  }

  private unseal(call: StoreCall): StoreReply {
    if (call.body.key !== this.unsealKey) return refuse(400, 'invalid key');
    this.health = 'active';
    return {
      status: 200,
      text: '{"type":"shamir","initialized":true,"sealed":false,"t":1,"n":1,"progress":0}\n',
    };
  }

  private findNamespace({ namespace, call }: ParsedRequest): StoreNamespace | undefined {
    const named = (namespace ?? '').replace(/^\/+|\/+$/g, '');
    const found = this.namespaces.get(named === '' ? '' : `${named}/`);
    if (found === undefined) return undefined;
    // A namespace can stand in front of the path too: /v1/team/secret/…
    const inPath = [...this.namespaces.keys()]
      .filter((path) => path !== found.path && path.startsWith(found.path))
      .sort((a, b) => b.length - a.length)
      .find((path) => call.path.startsWith(path.slice(found.path.length)));
    if (inPath === undefined) return found;
    call.path = call.path.slice(inPath.length - found.path.length);
    return this.namespaces.get(inPath);
  }

  private addNamespace(path: string): StoreNamespace {
    const existing = this.namespaces.get(path);
    if (existing !== undefined) return existing;
    const namespace = new StoreNamespace(path, { isOpenbao: this.options.flavour !== 'hashicorp' });
    this.namespaces.set(path, namespace);
    return namespace;
  }
}
