import type { WorkClaim, WorkNote, WorkStart } from '../ports/shared-state.port.js';
import { ExpiringMap } from './expiring-map.js';
import { keyLifeMs } from './key-life.js';

interface KeptWork {
  readonly digest: string;
  readonly endsAtMs: number;
  readonly notes: Map<string, string>;
  holder: string;
  leaseEndsAtMs: number;
  outcome?: string;
}

/** Work that is done once, in memory: gone with the process, which ends what was under way too. */
export class MemoryWork {
  readonly #entries: ExpiringMap<KeptWork>;

  constructor(
    cap: number,
    private readonly nowMs: () => number,
  ) {
    this.#entries = new ExpiringMap(cap, nowMs);
  }

  claim(key: string, { digest, holder, leaseMs, lifeMs }: WorkClaim): WorkStart {
    const now = this.nowMs();
    const leaseEndsAtMs = now + keyLifeMs(leaseMs);
    const kept = this.#entries.find(key);
    if (kept === undefined) {
      const endsAtMs = now + keyLifeMs(lifeMs);
      this.#entries.put(key, { digest, endsAtMs, notes: new Map(), holder, leaseEndsAtMs });
      return { state: 'begun', notes: new Map() };
    }
    if (kept.digest !== digest) return { state: 'different' };
    if (kept.outcome !== undefined) return { state: 'finished', outcome: kept.outcome };
    if (kept.leaseEndsAtMs > now) return { state: 'running' };
    Object.assign(kept, { holder, leaseEndsAtMs });
    return { state: 'begun', notes: new Map(kept.notes) };
  }

  note(key: string, holder: string, leaseMs: number, note?: WorkNote): boolean {
    const work = this.#findHeld(key, holder);
    if (work === undefined) return false;
    work.leaseEndsAtMs = this.nowMs() + keyLifeMs(leaseMs);
    if (note !== undefined) work.notes.set(note.name, note.text);
    return true;
  }

  finish(key: string, holder: string, outcome: string): boolean {
    const work = this.#findHeld(key, holder);
    if (work === undefined) return false;
    work.outcome = outcome;
    work.notes.clear();
    return true;
  }

  release(key: string, holder: string): void {
    const work = this.#findHeld(key, holder);
    if (work === undefined) return;
    if (work.notes.size === 0) this.#entries.delete(key);
    else work.leaseEndsAtMs = 0;
  }

  #findHeld(key: string, holder: string): KeptWork | undefined {
    const work = this.#entries.find(key);
    return work?.holder === holder && work.outcome === undefined ? work : undefined;
  }
}
