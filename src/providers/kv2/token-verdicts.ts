import type { Kv2TokenApi } from './kv2.token-api.js';

interface Lookup {
  readonly token: string;
  readonly startedAtMs: number;
  readonly isAlive: Promise<boolean>;
}

/** For so long an answer is believed for calls that were sent after it, so that a storm of refusals costs few lookups. */
const FRESH_MS = 250;
/** A role whose tokens may not look themselves up tells nothing: one new login in so long is all that is tried. */
const UNTELLABLE_PAUSE_MS = 30_000;

/** Whether a token that was refused is dead or only not allowed to do what was asked; one lookup at a time. */
export class TokenVerdicts {
  private lookup: Lookup | undefined;
  private untellableUntilMs = 0;

  constructor(private readonly api: Kv2TokenApi) {}

  /** @param sentAtMs when the refused call was sent: a lookup that began later tells about it */
  async isAlive(token: string, sentAtMs: number): Promise<boolean> {
    if (performance.now() < this.untellableUntilMs) return true;
    for (let known = this.lookup; known !== undefined && known.token === token; known = this.lookup) {
      const isFresh = performance.now() - known.startedAtMs < FRESH_MS;
      const isAlive = await known.isAlive;
      if (known.startedAtMs >= sentAtMs || isFresh || !isAlive) return isAlive;
      if (this.lookup === known) break; // too old, and nobody has asked again meanwhile
    }
    return this.ask(token);
  }

  /** A token that was had a moment ago was refused too: dead already means that lookups tell nothing here. */
  async noteRefusedReplacement(token: string, sentAtMs: number): Promise<void> {
    if (!(await this.isAlive(token, sentAtMs)))
      this.untellableUntilMs = performance.now() + UNTELLABLE_PAUSE_MS;
  }

  private ask(token: string): Promise<boolean> {
    const isAlive = this.api.lookUp(token).then((lease) => lease !== undefined);
    const lookup = { token, startedAtMs: performance.now(), isAlive };
    this.lookup = lookup;
    isAlive.catch(() => {
      if (this.lookup === lookup) this.lookup = undefined;
    });
    return isAlive;
  }
}
