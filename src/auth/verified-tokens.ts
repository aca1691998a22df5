import { hash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig, AuthConfig } from '../config/app-config.js';
import { Metrics } from '../observability/metrics.js';
import type { AccessToken } from './access-token.js';
import { IssuerKeys } from './issuer-keys.js';
import { refuseForeignAudience, refuseOutOfTime } from './token-rules.js';
import { TokenVerifier } from './token-verifier.js';

/** Of at most 8 KiB of claims each; the one used longest ago goes first. */
const MAX_TOKENS = 5_000;

interface Entry {
  readonly token: AccessToken;
  /** Of the keys that were published when the signature was verified. */
  readonly keyGeneration: number;
}

/**
 * Remembers which tokens were verified, by the SHA-256 of the whole token, since a signature costs more than all else
 * of a read. Whatever can have changed since is checked again on each use: time, audience, and that the keys are still
 * those under which the signature was verified; otherwise it is verified anew.
 */
@Injectable()
export class VerifiedTokens {
  private readonly auth: AuthConfig;
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly verifier: TokenVerifier,
    private readonly keys: IssuerKeys,
    private readonly metrics: Metrics,
    @Inject(APP_CONFIG) { auth }: Pick<AppConfig, 'auth'>,
  ) {
    this.auth = auth;
  }

  /** Tokens that are remembered now. */
  get size(): number {
    return this.entries.size;
  }

  /** @throws SecretError INVALID_TOKEN, IDP_UNAVAILABLE */
  async read(text: string): Promise<AccessToken> {
    const key = hash('sha256', text, 'base64');
    const known = this.entries.get(key);
    this.entries.delete(key);
    const isKnown = known?.keyGeneration === this.keys.generation;
    this.metrics.tokenCache.inc({ result: isKnown ? 'hit' : 'miss' });
    if (isKnown) return this.recheck(key, known);
    const keyGeneration = this.keys.generation;
    const token = await this.verifier.verify(text);
    this.keep(key, { token, keyGeneration });
    return token;
  }

  private recheck(key: string, entry: Entry): AccessToken {
    refuseOutOfTime(entry.token);
    refuseForeignAudience(entry.token, this.auth.audience, this.auth.audienceRequired);
    this.keep(key, entry);
    return entry.token;
  }

  /** A `Map` keeps the order of insertion: the first entry is the one used longest ago. */
  private keep(key: string, entry: Entry): void {
    this.entries.set(key, entry);
    if (this.entries.size <= MAX_TOKENS) return;
    for (const oldest of this.entries.keys()) {
      this.entries.delete(oldest);
      return;
    }
  }
}
