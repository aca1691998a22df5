import { Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/app-config.js';
import { contextOf } from '../context/request-context.js';
import { ANONYMOUS } from '../secrets/caller.js';
import type { Caller, SenderKey } from '../secrets/caller.js';
import { SecretError } from '../secrets/secret.errors.js';
import type { AccessToken } from './access-token.js';
import { withChallenges } from './challenges.js';
import { findCredential } from './credentials.js';
import type { Credential } from './credential.js';
import { refuseCrossOrigin } from './same-origin.js';
import { SenderConstraint } from './sender-constraint.js';
import { SingleUse } from './single-use.js';
import { VerifiedTokens } from './verified-tokens.js';

/** Settles who sent a request, by the one access token that it may carry. */
@Injectable()
export class Authenticator {
  constructor(
    private readonly tokens: VerifiedTokens,
    private readonly senders: SenderConstraint,
    private readonly singleUse: SingleUse,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'auth' | 'http' | 'tenant'>,
  ) {}

  /**
   * @returns the caller, who stands in the request's context from the moment the token was verified
   * @throws SecretError UNAUTHENTICATED, INVALID_TOKEN and INVALID_REQUEST with their challenges, CROSS_ORIGIN,
   *   IDP_UNAVAILABLE, STATE_UNAVAILABLE
   */
  async identify(request: Request): Promise<Caller> {
    let credential: Credential | undefined;
    try {
      this.senders.inspect(request);
      credential = findCredential(request, this.config.auth.sessionCookie);
      return credential === undefined ? this.identifyNobody(request) : await this.verify(request, credential);
    } catch (failure) {
      const used = credential?.scheme === 'DPoP' ? 'DPoP' : 'Bearer';
      throw withChallenges(failure, used, this.senders.proofAlgorithms);
    }
  }

  private identifyNobody(request: Request): Caller {
    if (this.config.auth.required) throw new SecretError('UNAUTHENTICATED');
    const caller = {
      subject: ANONYMOUS,
      clientId: undefined,
      tenantId: this.config.tenant.id,
      token: undefined,
    };
    return (contextOf(request).caller = caller);
  }

  private async verify(request: Request, credential: Credential): Promise<Caller> {
    const token = await this.tokens.read(credential.token);
    const senderKey = await this.senders.verify(request, credential, token);
    const caller = this.describe(token, senderKey);
    contextOf(request).caller = caller;
    if (credential.scheme === 'session') refuseCrossOrigin(request, this.config.http.publicOrigin);
    // Last, so that nobody else's request uses a token up.
    await this.singleUse.claim(token);
    return caller;
  }

  private describe(token: AccessToken, senderKey: SenderKey | undefined): Caller {
    const { subject, clientId, tenantId, issuer, audience = [], tokenId, scopes, groups, roles } = token;
    // Who has no tenant has no mounts.
    const tenant = this.config.auth.tenantClaim === undefined ? this.config.tenant.id : (tenantId ?? '');
    return {
      subject,
      clientId,
      tenantId: tenant,
      token: { issuer, audience, tokenId, scopes, groups, roles, senderKey },
    };
  }
}
