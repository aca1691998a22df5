/** Random numbers that a seed repeats: mulberry32, a generator of 32 bits for tests, not for secrets. */
export class SeededRandom {
  private state: number;

  constructor(readonly seed: number) {
    this.state = seed >>> 0;
  }

  /** From 0 to just below 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 to just below the limit. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.below(items.length)] ?? items[0];
  }

  /** One of the names, as often as its weight says; the rest, where the weights are less than `total`, is undefined. */
  weighted<T extends string>(weights: Readonly<Record<T, number>>, total?: number): T | undefined {
    const entries = Object.entries<number>(weights) as [T, number][];
    let left = this.next() * (total ?? entries.reduce((sum, [, weight]) => sum + weight, 0));
    for (const [name, weight] of entries) {
      left -= weight;
      if (left < 0) return name;
    }
    return undefined;
  }

  /** A generator of its own, which does not depend on how often this one is asked later. */
  fork(): SeededRandom {
    return new SeededRandom(this.below(2 ** 32));
  }
}
