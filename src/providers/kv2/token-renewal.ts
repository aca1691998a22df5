import type { Kv2TokenApi } from './kv2.token-api.js';
import type { TokenLease } from './token-lease.js';

/** Contract section 8: a token is renewed at two thirds of its life. */
const RENEW_AT = 2 / 3;
/** A renewal that grants less than this part of the first life has met the end of the maximum life. */
const SHORTENED = 0.9;
/** Longest wait of one timer: far below the 2^31 ms above which Node would fire at once. */
const MAX_WAIT_MS = 24 * 3600 * 1000;
const MIN_WAIT_MS = 200;

interface RenewalEvents {
  /** The same token with a new life. */
  readonly renewed: (lease: TokenLease) => void;
  /** The token will not live on: a new one is needed while it still works. Rejects where none was had. */
  readonly ending: () => Promise<void>;
}

/** Keeps one token alive in the background. Its timers never keep the process from ending. */
export class TokenRenewal {
  private timer: NodeJS.Timeout | undefined;
  private firstDurationMs = 0;

  constructor(
    private readonly api: Kv2TokenApi,
    private readonly events: RenewalEvents,
  ) {}

  /** From here on this token is the one to keep, and none before it. */
  start(lease: TokenLease): void {
    this.firstDurationMs = lease.durationMs;
    this.waitFor(lease);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private waitFor(lease: TokenLease): void {
    this.stop();
    if (lease.durationMs === 0) return;
    this.wake(lease, Math.min((lease.expiresAtMs - performance.now()) * RENEW_AT, MAX_WAIT_MS));
  }

  private wake(lease: TokenLease, waitMs: number): void {
    const timer = setTimeout(() => void this.renew(lease, timer), Math.max(waitMs, MIN_WAIT_MS)).unref();
    this.timer = timer;
  }

  private async renew(lease: TokenLease, timer: NodeJS.Timeout): Promise<void> {
    try {
      const renewed = lease.isRenewable ? await this.api.renew(lease.token) : undefined;
      if (this.timer !== timer) return; // stopped, or another token took its place meanwhile
      if (renewed !== undefined) {
        this.events.renewed(renewed);
        this.waitFor(renewed);
      }
      if (renewed === undefined || renewed.durationMs < this.firstDurationMs * SHORTENED) {
        await this.events.ending();
      }
    } catch {
      // The store is away. The token may outlive that; a dead one is found by its 403.
      const leftMs = lease.expiresAtMs - performance.now();
      if (this.timer === timer && leftMs > 0) this.wake(lease, leftMs / 3);
    }
  }
}
