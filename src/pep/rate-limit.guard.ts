import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ThrottlerGuard } from '@nestjs/throttler';
import type { ThrottlerLimitDetail } from '@nestjs/throttler';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/app-config.js';
import { contextOf } from '../context/request-context.js';
import { SecretError } from '../secrets/secret.errors.js';
import { SharedCounters } from './shared-counters.js';

const MINUTE_MS = 60_000;

/** One caller's share of the service: requests in a minute, whatever they ask for and whichever process gets them. */
@Injectable()
export class RateLimitGuard extends ThrottlerGuard {
  private readonly isOff: boolean;

  // Each with its own token: those of the library's constructor would be taken else.
  constructor(
    @Inject(APP_CONFIG) { rateLimit }: AppConfig,
    @Inject(SharedCounters) counters: SharedCounters,
    @Inject(Reflector) reflector: Reflector,
  ) {
    const limit = rateLimit.perMinute;
    super({ throttlers: [{ limit, ttl: MINUTE_MS }], setHeaders: false }, counters, reflector);
    this.isOff = limit === 0;
  }

  /** @throws SecretError RATE_LIMITED, STATE_UNAVAILABLE */
  override canActivate(execution: ExecutionContext): Promise<boolean> {
    const { isPublic } = contextOf(execution.switchToHttp().getRequest<object>());
    return this.isOff || isPublic === true ? Promise.resolve(true) : super.canActivate(execution);
  }

  /** Subject and client; without a token the address of the peer. */
  protected override getTracker(request: Record<string, unknown>): Promise<string> {
    const { caller } = contextOf(request);
    const { token, tenantId, subject, clientId } = caller ?? {};
    const peer = token === undefined ? (request.socket as Socket).remoteAddress : undefined;
    return Promise.resolve(JSON.stringify([peer, token?.issuer, tenantId, subject, clientId]));
  }

  /** One counter for all routes; a digest, since the shared state holds no names. */
  protected override generateKey(_execution: ExecutionContext, tracker: string): string {
    return `rate:${createHash('sha256').update(tracker).digest('base64url')}`;
  }

  protected override throwThrottlingException(
    _execution: ExecutionContext,
    { timeToExpire }: ThrottlerLimitDetail,
  ): Promise<void> {
    throw new SecretError('RATE_LIMITED', undefined, { retryAfterSeconds: Math.max(1, timeToExpire) });
  }
}
