import { nowNanos } from './go-time.js';

describe('the clock of the test server', () => {
  it('runs at an even pace, over many milliseconds', () => {
    const [begunAt, first] = [process.hrtime.bigint(), nowNanos()];
    const errors: number[] = [];
    while (process.hrtime.bigint() - begunAt < 20_000_000n) {
      const before = process.hrtime.bigint() - begunAt;
      const told = nowNanos() - first;
      const after = process.hrtime.bigint() - begunAt;
      // What it tells lies between a look before and one behind it; a pause of the process does not count.
      errors.push(Number(told < before ? before - told : told > after ? told - after : 0n));
    }
    expect(Math.max(...errors)).toBeLessThan(100_000);
  });

  it('is the wall clock', () => {
    expect(Math.abs(Number(nowNanos() / 1_000_000n) - Date.now())).toBeLessThan(1_000);
  });
});
