import { randomBytes } from 'node:crypto';
import { nowNanos, printTime } from './go-time.js';
import type { JsonObject } from './go-json.js';

export interface StoreToken {
  id: string;
  accessor: string;
  /** The namespace it was made in, `''` for the root namespace. */
  namespace: string;
  policies: string[];
  displayName: string;
  path: string;
  meta: Record<string, string> | null;
  isOrphan: boolean;
  isRenewable: boolean;
  /** Seconds a renewal gives; 0: it never ends. */
  ttlSeconds: number;
  explicitMaxTtlSeconds: number;
  /** No renewal goes past this. */
  lastMs: number;
  createdNanos: bigint;
  expiresMs: number;
}

export interface NewToken {
  namespace: string;
  policies: string[];
  ttlSeconds: number;
  explicitMaxTtlSeconds?: number;
  /** The limit of a role, which is not told as `explicit_max_ttl`. */
  maxTtlSeconds?: number;
  isRenewable?: boolean;
  isOrphan?: boolean;
  displayName?: string;
  path?: string;
  meta?: Record<string, string>;
  id?: string;
}

/** What a token is by default at most: 32 days. */
export const SYSTEM_MAX_TTL_SECONDS = 2_764_800;

export class TokenStore {
  private readonly tokens = new Map<string, StoreToken>();

  add(request: NewToken): StoreToken {
    const now = Date.now();
    const maxTtl = request.explicitMaxTtlSeconds || request.maxTtlSeconds || SYSTEM_MAX_TTL_SECONDS;
    const ttlSeconds = Math.min(request.ttlSeconds, maxTtl);
    const token: StoreToken = {
      id: request.id ?? `s.${randomLetters(24)}`,
      accessor: randomLetters(24),
      namespace: request.namespace,
      policies: request.policies,
      displayName: request.displayName ?? 'token',
      path: request.path ?? 'auth/token/create',
      meta: request.meta ?? null,
      isOrphan: request.isOrphan ?? false,
      isRenewable: ttlSeconds > 0 && (request.isRenewable ?? true),
      ttlSeconds,
      explicitMaxTtlSeconds: request.explicitMaxTtlSeconds ?? 0,
      lastMs: now + maxTtl * 1000,
      createdNanos: nowNanos(),
      expiresMs: ttlSeconds === 0 ? Infinity : now + ttlSeconds * 1000,
    };
    this.tokens.set(token.id, token);
    return token;
  }

  /** Only a token that lives. */
  find(id: string | undefined): StoreToken | undefined {
    const token = id === undefined ? undefined : this.tokens.get(id);
    return token !== undefined && token.expiresMs > Date.now() ? token : undefined;
  }

  revoke(id: string): void {
    this.tokens.delete(id);
  }

  /**
   * Extends a life.
   * @param increment seconds that were asked for; 0: the token's own
   * @returns the new lease in seconds and, when it was cut, the store's warning
   * @throws Error with the text of the store's 500 when the end of its life is so near that nothing is left to give
   */
  renew(token: StoreToken, increment: number): { leaseSeconds: number; warnings: string[] } {
    const wanted = increment > 0 ? increment : token.ttlSeconds;
    const left = Math.floor((token.lastMs - Date.now()) / 1000 + 0.5);
    if (left <= 0) throw new Error('past the max TTL, cannot renew');
    const leaseSeconds = Math.min(wanted, left);
    token.expiresMs = Date.now() + leaseSeconds * 1000;
    const warnings =
      leaseSeconds < wanted
        ? [
            `TTL of "${wanted}s" exceeded the effective max_ttl of "${left}s"; TTL value is capped accordingly`,
          ]
        : [];
    return { leaseSeconds, warnings };
  }
}

/** `auth` of an answer that gives a token out. */
export function describeAuth(token: StoreToken, leaseSeconds: number): JsonObject {
  return {
    client_token: token.id,
    accessor: token.accessor,
    policies: token.policies,
    token_policies: token.policies,
    metadata: token.meta,
    lease_duration: leaseSeconds,
    renewable: token.isRenewable,
    entity_id: '',
    token_type: 'service',
    orphan: token.isOrphan,
    mfa_requirement: null,
    num_uses: 0,
  };
}

/** `data` of `lookup-self`. */
export function describeToken(token: StoreToken): JsonObject {
  const isEternal = token.expiresMs === Infinity;
  return {
    accessor: token.accessor,
    creation_time: Number(token.createdNanos / 1_000_000_000n),
    creation_ttl: token.ttlSeconds,
    display_name: token.displayName,
    entity_id: '',
    expire_time: isEternal ? null : printTime(BigInt(Math.round(token.expiresMs)) * 1_000_000n),
    explicit_max_ttl: token.explicitMaxTtlSeconds,
    id: token.id,
    issue_time: printTime(token.createdNanos),
    meta: token.meta,
    num_uses: 0,
    orphan: token.isOrphan,
    path: token.path,
    policies: token.policies,
    renewable: token.isRenewable,
    ttl: isEternal ? 0 : Math.max(0, Math.floor((token.expiresMs - Date.now()) / 1000)),
    type: 'service',
  };
}

function randomLetters(count: number): string {
  return randomBytes(count).toString('base64').replace(/[+/=]/g, 'x').slice(0, count);
}
