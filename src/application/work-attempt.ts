import type { ChangeAttempt } from '../ports/secret-provider.port.js';
import type { SharedState } from '../ports/shared-state.port.js';
import { SecretError } from '../secrets/secret.errors.js';

/** How long a request counts as under way without a word of its process: so long a retry waits after a crash. */
export const LEASE_MS = 5_000;

/**
 * One go at a request that is to count once. Its notes stand in the shared state before the store is asked, so that
 * whoever goes on after this process knows where it was; a go that lost its lease can note nothing, and stops.
 */
export class WorkAttempt {
  private readonly heartbeat: NodeJS.Timeout;
  private isLost = false;

  /** @param earlier the notes of a go before this one */
  constructor(
    private readonly state: SharedState,
    private readonly key: string,
    private readonly holder: string,
    private readonly earlier: ReadonlyMap<string, string>,
  ) {
    this.heartbeat = setInterval(() => void this.renew(), LEASE_MS / 3).unref();
  }

  findNote(name: string): string | undefined {
    return this.earlier.get(name);
  }

  /** @throws SecretError IDEMPOTENCY_IN_PROGRESS where another process has taken the request over, STATE_UNAVAILABLE */
  async note(name: string, text: string): Promise<void> {
    const isHeld =
      !this.isLost && (await this.state.noteWork(this.key, this.holder, LEASE_MS, { name, text }));
    if (!isHeld) throw new SecretError('IDEMPOTENCY_IN_PROGRESS');
  }

  /** The attempt of one change; a request with several names each of them. */
  change(name: string): ChangeAttempt {
    const base = this.findNote(name);
    return {
      earlierBase: base === undefined ? undefined : Number(base),
      announce: (version) => this.note(name, String(version)),
    };
  }

  /** No word of it any more. */
  stop(): void {
    clearInterval(this.heartbeat);
  }

  private async renew(): Promise<void> {
    try {
      this.isLost ||= !(await this.state.noteWork(this.key, this.holder, LEASE_MS));
    } catch {
      // The state is away: the next note fails, or another process takes over.
    }
  }
}
