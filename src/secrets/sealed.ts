import { inspect } from 'node:util';

const MASK = '[sealed]';

/**
 * A plaintext that cannot be printed by accident: string conversion, JSON and `util.inspect` (so every
 * logger and every assertion message) show a mask. `open()` is the one way to the value, easy to find by search.
 */
export class Sealed<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** The plaintext. Call it only where the value leaves for its destination: the store's wire or the answer. */
  open(): T {
    return this.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [Symbol.toPrimitive](): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}
