import { hash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig, AuthConfig } from '../config/app-config.js';
import { SharedState } from '../ports/shared-state.port.js';
import { SecretError } from '../secrets/secret.errors.js';
import type { AccessToken } from './access-token.js';

/** Under ANTI_REPLAY_ACCESS_TOKENS every access token counts once, in all processes together, by its `jti`. */
@Injectable()
export class SingleUse {
  private readonly auth: AuthConfig;

  constructor(
    private readonly state: SharedState,
    @Inject(APP_CONFIG) { auth }: Pick<AppConfig, 'auth'>,
  ) {
    this.auth = auth;
  }

  /**
   * Uses the token up.
   * @throws SecretError INVALID_TOKEN the second time, and for a token without `jti`; STATE_UNAVAILABLE
   */
  async claim({ issuer, tokenId, expiresAtSeconds }: AccessToken): Promise<void> {
    if (!this.auth.tokensAreSingleUse) return;
    if (tokenId === undefined) {
      throw new SecretError(
        'INVALID_TOKEN',
        'The access token has no id (jti), so its one use cannot be told.',
      );
    }
    const name = hash('sha256', JSON.stringify([issuer, tokenId]), 'base64url');
    const isFirst = await this.state.claimOnce(`access-token:${name}`, expiresAtSeconds * 1_000 - Date.now());
    if (!isFirst)
      throw new SecretError('INVALID_TOKEN', 'The access token was used before, and counts once.');
  }
}
