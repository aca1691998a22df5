import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { createRemoteJWKSet, customFetch, errors, jwksCache } from 'jose';
import type { CryptoKey, FetchImplementation, JWKSCacheInput, JWTVerifyGetKey } from 'jose';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig, AuthConfig } from '../config/app-config.js';
import { Log } from '../observability/log.js';
import { Metrics } from '../observability/metrics.js';
import { SecretError } from '../secrets/secret.errors.js';
import { KeySource } from './key-source.js';

const FETCH_TIMEOUT_MS = 5_000;
/** As long as there are no keys at all, nobody can call: then the issuer is asked again sooner. */
const FIRST_KEYS_COOLDOWN_MS = 1_000;

/**
 * The public keys of the issuer. They are fetched at the start, again on a timer, and when a token names an unknown
 * key; never more often than the cooldown says, whether a fetch succeeds or fails. What was fetched last stays in use
 * while the issuer is away.
 */
@Injectable()
export class IssuerKeys implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly auth: AuthConfig;
  private readonly cache: JWKSCacheInput = {};
  private readonly keySet: ReturnType<typeof createRemoteJWKSet>;
  private timer: NodeJS.Timeout | undefined;
  private askedAtMs = -Infinity;
  private isTimedFetch = false;
  private isIssuerAway = false;
  private seenKeys: unknown;
  private seenText = '';
  private seenGeneration = 0;

  constructor(
    private readonly source: KeySource,
    private readonly log: Log,
    private readonly metrics: Metrics,
    @Inject(APP_CONFIG) { auth }: Pick<AppConfig, 'auth'>,
  ) {
    this.auth = auth;
    // The address is the key source's to know; jose only needs one that parses.
    this.keySet = createRemoteJWKSet(new URL(auth.jwksUri ?? auth.issuer ?? 'urn:none'), {
      cacheMaxAge: Infinity,
      // The cooldown is kept below, since jose's own does not count fetches that failed.
      cooldownDuration: 0,
      timeoutDuration: FETCH_TIMEOUT_MS,
      [jwksCache]: this.cache,
      [customFetch]: this.fetchKeys,
    });
  }

  /** Does not wait: a start with the issuer away must work. */
  onApplicationBootstrap(): void {
    if (this.auth.issuer === undefined) return;
    this.metrics.registry.registerMetric(this.metrics.keysFetchedAt);
    void this.refresh();
    this.timer = setInterval(() => void this.refresh(), this.auth.jwksRefreshMs);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Goes up whenever other keys are published than before; 0 as long as there are none. */
  get generation(): number {
    const { jwks } = this.cache;
    if (jwks === this.seenKeys) return this.seenGeneration;
    const text = JSON.stringify(jwks);
    this.seenKeys = jwks;
    if (text !== this.seenText) this.seenGeneration += 1;
    this.seenText = text;
    return this.seenGeneration;
  }

  /** Fetches the keys now, without regard to the cooldown. Never fails: the keys that are there stay. */
  async refresh(): Promise<void> {
    this.isTimedFetch = true;
    try {
      await this.keySet.reload();
    } catch {
      // Counted and told where it was fetched.
    } finally {
      this.isTimedFetch = false;
    }
  }

  /**
   * The key for a token by its header, for `jwtVerify`.
   * @throws JWKSNoMatchingKey, JWKSMultipleMatchingKeys, both of jose
   * @throws SecretError IDP_UNAVAILABLE as long as no keys could be fetched
   */
  readonly find: JWTVerifyGetKey = async (header, token): Promise<CryptoKey> => {
    try {
      return await this.keySet(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSMultipleMatchingKeys) throw error;
      if (this.cache.jwks === undefined) throw new SecretError('IDP_UNAVAILABLE');
      throw new errors.JWKSNoMatchingKey();
    }
  };

  private readonly fetchKeys: FetchImplementation = async (_url, { signal }) => {
    const cooldownMs =
      this.cache.jwks === undefined
        ? Math.min(FIRST_KEYS_COOLDOWN_MS, this.auth.jwksCooldownMs)
        : this.auth.jwksCooldownMs;
    if (!this.isTimedFetch && performance.now() < this.askedAtMs + cooldownMs) {
      throw new Error('the issuer was asked a moment ago');
    }
    this.askedAtMs = performance.now();
    try {
      const text = await this.source.readKeySet(signal);
      this.note(undefined);
      return new Response(text);
    } catch (error) {
      this.note(error);
      throw error;
    }
  };

  private note(failure: unknown): void {
    this.metrics.keyFetches.inc({ outcome: failure === undefined ? 'ok' : 'failed' });
    if (failure === undefined) this.metrics.keysFetchedAt.setToCurrentTime();
    const isAway = failure !== undefined;
    if (isAway === this.isIssuerAway) return;
    this.isIssuerAway = isAway;
    if (isAway)
      this.log.warn('The keys of the issuer cannot be fetched; those that were fetched stay in use.');
    else this.log.info({}, 'the keys of the issuer can be fetched again');
  }
}
