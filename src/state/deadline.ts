/**
 * The outcome of the work, or a TimeoutError once the time is over. The work itself goes on: what it brings then is
 * dropped.
 */
export function withDeadline<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(new DOMException('no answer in time', 'TimeoutError'));
    // After a stall of the event loop timers come first: an answer that has arrived meanwhile is still read.
    const timer = setTimeout(() => setImmediate(giveUp), timeoutMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
