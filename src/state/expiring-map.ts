/** An entry knows itself when its life is over: milliseconds since the epoch. */
interface Ending {
  readonly endsAtMs: number;
}

/** Entries looked at for each one that is put: what is over goes sixteen times as fast as new ones come. */
const STEPS_PER_PUT = 16;
/** A full map looks at more of them before it refuses. */
const STEPS_WHEN_FULL = 200;

/**
 * At most `cap` entries, each with a life of its own. What is over is never found; it is removed bit by bit with every
 * put, so no timer runs and no call pays for all of them.
 */
export class ExpiringMap<T extends Ending> {
  readonly #entries = new Map<string, T>();
  // Iterators that live on: a fresh one would step over the holes of everything deleted before, at every call.
  #sweeper = this.#entries.entries();
  #oldest = this.#entries.keys();

  constructor(
    readonly cap: number,
    private readonly nowMs: () => number,
  ) {}

  /** How many are kept, those that are over and not yet removed among them. */
  get size(): number {
    return this.#entries.size;
  }

  find(key: string): T | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.endsAtMs > this.nowMs()) return entry;
    this.#entries.delete(key);
    return undefined;
  }

  /** In place of what was there; a full map forgets its oldest entry. */
  put(key: string, entry: T): void {
    this.#removeEnded(STEPS_PER_PUT);
    // Deleted first, since a map keeps the place of a key that is only overwritten.
    this.#entries.delete(key);
    if (this.#entries.size >= this.cap) this.#forgetOldest();
    this.#entries.set(key, entry);
  }

  /** As `put`, and false where the map is full of entries that still live: none of them is forgotten. */
  tryPut(key: string, entry: T): boolean {
    if (!this.#entries.has(key) && this.#entries.size >= this.cap) this.#removeEnded(STEPS_WHEN_FULL);
    if (!this.#entries.has(key) && this.#entries.size >= this.cap) return false;
    this.put(key, entry);
    return true;
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }

  #removeEnded(steps: number): void {
    const now = this.nowMs();
    for (let step = 0; step < steps; step += 1) {
      const next = this.#sweeper.next();
      if (next.done) {
        this.#sweeper = this.#entries.entries();
        return;
      }
      const [key, { endsAtMs }] = next.value;
      if (endsAtMs <= now) this.#entries.delete(key);
    }
  }

  /** Keys come in the order in which they were put, and this iterator only moves when it forgets. */
  #forgetOldest(): void {
    let next = this.#oldest.next();
    if (next.done) {
      this.#oldest = this.#entries.keys();
      next = this.#oldest.next();
    }
    if (!next.done) this.#entries.delete(next.value);
  }
}
