import type { StoreAnswer } from './store-http.js';

export interface StoreRequestOptions {
  /** Default: the root token. `null` sends none. */
  token?: string | null;
  namespace?: string;
  headers?: Record<string, string>;
}

export interface TokenRequest {
  policies: string[];
  /** A Go duration such as `2s` or `1h`; default `1h`. */
  ttl?: string;
  /** The end of its life that no renewal passes, a Go duration. */
  maxTtl?: string;
  renewable?: boolean;
  /** Without the default policy a token may not even look itself up. */
  noDefaultPolicy?: boolean;
  namespace?: string;
}

export interface RoleRequest {
  policies: string[];
  tokenTtl?: string;
  tokenMaxTtl?: string;
  /** 0 (default) is without limit. */
  secretIdNumUses?: number;
  namespace?: string;
}

/** What a suite may ask of a KV v2 store, be it the real OpenBao or the test server of this repository. */
export interface KvStoreUnderTest {
  readonly kind: 'openbao' | 'test-server';
  /** Origin without a trailing slash, for example `http://127.0.0.1:41235`. */
  readonly url: string;
  readonly rootToken: string;

  /**
   * One raw call. The path goes on the wire as it is given (`/v1` in front of it is added), a body that is not a
   * string or a Buffer as JSON. PATCH gets the content type of a merge patch.
   */
  request(method: string, path: string, body?: unknown, options?: StoreRequestOptions): Promise<StoreAnswer>;

  mountKv2(path: string, options?: { namespace?: string }): Promise<void>;
  mountKv1(path: string, options?: { namespace?: string }): Promise<void>;
  /** `rules` is the store's policy language: `path "secret/data/*" { capabilities = ["read"] }`. */
  writePolicy(name: string, rules: string, options?: { namespace?: string }): Promise<void>;
  createToken(request: TokenRequest): Promise<string>;
  /** From now on the token is dead. */
  revokeToken(token: string): Promise<void>;
  createRole(name: string, request: RoleRequest): Promise<{ roleId: string; secretId: string }>;
  /** A child of the root namespace with its own `secret/` mount of KV version 2. */
  createNamespace(name: string): Promise<void>;
  seal(): Promise<void>;
  unseal(): Promise<void>;
  stop(): Promise<void>;
}
