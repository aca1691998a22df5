import { SecretError } from '../../secrets/secret.errors.js';

/**
 * One changer of a secret at a time within this process, first come first served. It is no lock: between processes
 * only the store's check-and-set decides. It spares the retries that callers of one process would cost each other.
 */
export class SecretTurns {
  private readonly waiting = new Map<string, (() => void)[]>();

  isTaken(secret: string): boolean {
    return this.waiting.has(secret);
  }

  /** @param untilMs by `performance.now()` @throws SecretError WRITE_CONFLICT where the turn has not come by then */
  async run<T>(secret: string, untilMs: number, task: () => Promise<T>): Promise<T> {
    await this.take(secret, untilMs);
    try {
      return await task();
    } finally {
      this.passOn(secret);
    }
  }

  private take(secret: string, untilMs: number): Promise<void> {
    const queue = this.waiting.get(secret);
    if (queue === undefined) {
      this.waiting.set(secret, []);
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const begin = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const giveUp = (): void => {
        queue.splice(queue.indexOf(begin), 1);
        reject(new SecretError('WRITE_CONFLICT'));
      };
      const timer = setTimeout(giveUp, Math.max(0, untilMs - performance.now()));
      queue.push(begin);
    });
  }

  private passOn(secret: string): void {
    const next = this.waiting.get(secret)?.shift();
    if (next === undefined) this.waiting.delete(secret);
    else next();
  }
}
