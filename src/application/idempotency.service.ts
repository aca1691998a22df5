import { createHmac, randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/app-config.js';
import { Log } from '../observability/log.js';
import { Metrics } from '../observability/metrics.js';
import { SharedState } from '../ports/shared-state.port.js';
import type { WorkStart } from '../ports/shared-state.port.js';
import { SecretError } from '../secrets/secret.errors.js';
import type { ErrorCode } from '../secrets/secret.errors.js';
import type { IdempotentRequest } from './idempotent-request.js';
import { LEASE_MS, WorkAttempt } from './work-attempt.js';

/** What a request came to, and whether that is the outcome of an earlier one. */
export interface Once<T> {
  readonly outcome: T;
  readonly isReplayed: boolean;
}

/** As it is kept: free of values and addresses. */
type KeptOutcome<T> = { readonly done: T } | { readonly code: ErrorCode; readonly detail: string };

/** Answers that say nothing of the request itself: sent again, it is tried again. */
const NOT_KEPT: ReadonlySet<number> = new Set([401, 403, 429]);
/** Nothing was written, and the next try may well succeed. */
const TRANSIENT: ReadonlySet<ErrorCode> = new Set(['WRITE_CONFLICT', 'IDEMPOTENCY_IN_PROGRESS']);

/**
 * Lets a request with an Idempotency-Key count once, however often it is sent and whichever process gets it
 * (draft-ietf-httpapi-idempotency-key-header). Whoever calls has authorized the request anew before.
 */
@Injectable()
export class Idempotency {
  constructor(
    private readonly state: SharedState,
    private readonly metrics: Metrics,
    private readonly log: Log,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  /**
   * @param request undefined: no key was sent, and the work is done each time
   * @param act does the work; its outcome is plain JSON without values and addresses
   * @throws SecretError IDEMPOTENCY_IN_PROGRESS, IDEMPOTENCY_KEY_REUSED, STATE_UNAVAILABLE before anything is done;
   *   and what `act` throws, or has thrown at the first time
   */
  async run<T>(
    request: IdempotentRequest | undefined,
    act: (attempt: WorkAttempt | undefined) => Promise<T>,
  ): Promise<Once<T>> {
    if (request === undefined) return { outcome: await act(undefined), isReplayed: false };
    const key = this.keyOf(request);
    const holder = randomUUID();
    const start = await this.state.claimWork(key, {
      digest: this.digest([request.content.open()]),
      holder,
      leaseMs: LEASE_MS,
      lifeMs: this.config.idempotency.ttlSeconds * 1000,
    });
    this.metrics.idempotentRequests.inc({ outcome: nameOf(start) });
    switch (start.state) {
      case 'begun':
        return this.carryOut(key, holder, new WorkAttempt(this.state, key, holder, start.notes), act);
      case 'finished':
        return { outcome: replay(JSON.parse(start.outcome) as KeptOutcome<T>), isReplayed: true };
      case 'running':
        throw new SecretError('IDEMPOTENCY_IN_PROGRESS');
      case 'different':
        throw new SecretError('IDEMPOTENCY_KEY_REUSED');
      default:
        return start satisfies never;
    }
  }

  private async carryOut<T>(
    key: string,
    holder: string,
    attempt: WorkAttempt,
    act: (attempt: WorkAttempt) => Promise<T>,
  ): Promise<Once<T>> {
    try {
      const outcome = await act(attempt);
      await this.keep(key, holder, { done: outcome });
      return { outcome, isReplayed: false };
    } catch (error) {
      if (isKept(error)) await this.keep(key, holder, { code: error.code, detail: error.detail });
      else await this.giveUp(key, holder);
      throw error;
    } finally {
      attempt.stop();
    }
  }

  /** The work is done whether or not that can be kept; what went on is found by its notes then. */
  private async keep<T>(key: string, holder: string, outcome: KeptOutcome<T>): Promise<void> {
    try {
      await this.state.finishWork(key, holder, JSON.stringify(outcome));
    } catch {
      this.log.warn(
        'The outcome of a request with an Idempotency-Key was not kept: the shared state is away.',
      );
    }
  }

  private async giveUp(key: string, holder: string): Promise<void> {
    try {
      await this.state.releaseWork(key, holder);
    } catch {
      // Its lease ends by itself.
    }
  }

  /** Of one subject and client, and one operation. */
  private keyOf({ key, operation, caller }: IdempotentRequest): string {
    const { subject, clientId = null, tenantId, token } = caller;
    return this.digest([token?.issuer ?? null, tenantId, subject, clientId, operation, key]);
  }

  /** Keyed where the processes have a salt in common: what is hashed may hold a value that could be guessed. */
  private digest(parts: readonly (string | null)[]): string {
    const { salt, isSaltConfigured } = this.config.tenant;
    return createHmac('sha256', isSaltConfigured ? salt.open() : 'idempotency')
      .update(JSON.stringify(parts))
      .digest('base64url');
  }
}

function isKept(error: unknown): error is SecretError {
  if (!(error instanceof SecretError)) return false;
  return error.status < 500 && !NOT_KEPT.has(error.status) && !TRANSIENT.has(error.code);
}

function replay<T>(kept: KeptOutcome<T>): T {
  if ('done' in kept) return kept.done;
  throw new SecretError(kept.code, kept.detail, { isReplayed: true });
}

function nameOf(start: WorkStart): string {
  if (start.state === 'begun') return start.notes.size > 0 ? 'resumed' : 'begun';
  return start.state === 'finished' ? 'replayed' : start.state;
}
