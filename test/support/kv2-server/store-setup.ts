import { callStore } from './store-http.js';
import type { StoreAnswer } from './store-http.js';
import type {
  KvStoreUnderTest,
  RoleRequest,
  StoreRequestOptions,
  TokenRequest,
} from './kv-store-under-test.js';

/** Marks calls that set a test up; the test server leaves them out of its call log and its faults. */
export const SETUP_HEADER = 'x-test-setup';

type Namespaced = { namespace?: string };

/** What both stores have in common: everything that can be said to them in their own HTTP API. */
export abstract class StoreSetup implements KvStoreUnderTest {
  abstract readonly kind: 'openbao' | 'test-server';
  abstract readonly url: string;
  abstract readonly rootToken: string;
  abstract stop(): Promise<void>;

  /** The key that opens the store again after a seal. */
  protected abstract unsealKey: string;

  request(
    method: string,
    path: string,
    body?: unknown,
    options: StoreRequestOptions = {},
  ): Promise<StoreAnswer> {
    const token = options.token === undefined ? this.rootToken : options.token;
    const headers = {
      ...(token === null ? {} : { 'X-Vault-Token': token }),
      ...(options.namespace === undefined ? {} : { 'X-Vault-Namespace': options.namespace }),
      ...(method === 'PATCH' ? { 'Content-Type': 'application/merge-patch+json' } : {}),
      ...options.headers,
    };
    return callStore(this.url, method, `/v1${path}`, { headers, body });
  }

  mountKv2(path: string, options: Namespaced = {}): Promise<void> {
    return this.mount(path, '2', options);
  }

  mountKv1(path: string, options: Namespaced = {}): Promise<void> {
    return this.mount(path, '1', options);
  }

  async writePolicy(name: string, rules: string, options: Namespaced = {}): Promise<void> {
    await this.setUp('PUT', `/sys/policies/acl/${name}`, { policy: rules }, options);
  }

  async createToken(request: TokenRequest): Promise<string> {
    const answer = await this.setUp(
      'POST',
      '/auth/token/create-orphan',
      {
        policies: request.policies,
        ttl: request.ttl ?? '1h',
        renewable: request.renewable ?? true,
        no_default_policy: request.noDefaultPolicy ?? false,
        ...(request.maxTtl === undefined ? {} : { explicit_max_ttl: request.maxTtl }),
      },
      request,
    );
    return (answer.body as { auth: { client_token: string } }).auth.client_token;
  }

  async revokeToken(token: string): Promise<void> {
    await this.setUp('POST', '/auth/token/revoke', { token });
  }

  async createRole(name: string, request: RoleRequest): Promise<{ roleId: string; secretId: string }> {
    const enabled = await this.request('POST', '/sys/auth/approle', { type: 'approle' }, this.quiet(request));
    // 400: it is enabled already.
    if (enabled.status !== 204 && enabled.status !== 400) throw new Error(`approle: ${enabled.text}`);
    const role = `/auth/approle/role/${name}`;
    await this.setUp('POST', role, this.roleBody(request), request);
    const id = await this.setUp('GET', `${role}/role-id`, undefined, request);
    const secret = await this.setUp('POST', `${role}/secret-id`, {}, request);
    return { roleId: String(id.data.role_id), secretId: String(secret.data.secret_id) };
  }

  async createNamespace(name: string): Promise<void> {
    await this.setUp('POST', `/sys/namespaces/${name}`, {});
    await this.mountKv2('secret', { namespace: name });
  }

  async seal(): Promise<void> {
    await this.setUp('POST', '/sys/seal');
  }

  async unseal(): Promise<void> {
    await this.setUp('POST', '/sys/unseal', { key: this.unsealKey });
    await this.untilReady('secret');
  }

  /** A KV v2 mount answers 400 while it prepares itself after mounting and after an unseal. */
  protected async untilReady(mount: string, options: Namespaced = {}): Promise<void> {
    const endsAt = Date.now() + 10_000;
    for (;;) {
      const answer = await this.request('GET', `/${mount}/config`, undefined, this.quiet(options));
      if (answer.status === 200) return;
      if (Date.now() > endsAt)
        throw new Error(`mount "${mount}" is not ready: ${answer.status} ${answer.text}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  private async mount(path: string, version: '1' | '2', options: Namespaced): Promise<void> {
    await this.setUp('POST', `/sys/mounts/${path}`, { type: 'kv', options: { version } }, options);
    if (version === '2') await this.untilReady(path, options);
  }

  private roleBody(request: RoleRequest): Record<string, unknown> {
    return {
      token_policies: request.policies,
      secret_id_num_uses: request.secretIdNumUses ?? 0,
      ...(request.tokenTtl === undefined ? {} : { token_ttl: request.tokenTtl }),
      ...(request.tokenMaxTtl === undefined ? {} : { token_max_ttl: request.tokenMaxTtl }),
    };
  }

  private async setUp(
    method: string,
    path: string,
    body?: unknown,
    options: Namespaced = {},
  ): Promise<StoreAnswer> {
    const answer = await this.request(method, path, body, this.quiet(options));
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer;
  }

  private quiet(options: Namespaced): StoreRequestOptions {
    return {
      headers: { [SETUP_HEADER]: 'true' },
      ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
    };
  }
}
