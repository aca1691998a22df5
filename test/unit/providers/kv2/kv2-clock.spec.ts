import { Kv2Clock, nowMs, parseStoreTime } from '../../../../src/providers/kv2/kv2.clock.js';

const MIDNIGHT = Date.parse('2026-11-24T00:00:00Z');
const at = (ms: number): string => new Date(MIDNIGHT + ms).toISOString();
/** An answer that came a millisecond after its call, from a store whose clock is `aheadMs` ahead. */
const reading = (ms: number, aheadMs = 0) => ({
  dateMs: Math.floor((MIDNIGHT + ms + aheadMs) / 1000) * 1000,
  sentAtMs: MIDNIGHT + ms,
  receivedAtMs: MIDNIGHT + ms + 1,
});

describe('the clock of a store', () => {
  it('reads its times to the nanosecond', () => {
    expect(parseStoreTime('2026-11-24T00:00:00.5Z')).toBe(MIDNIGHT + 500);
    expect(parseStoreTime('2026-11-24T00:00:00Z')).toBe(MIDNIGHT);
    expect(parseStoreTime('2026-11-24T00:00:00.000250000Z')).toBeCloseTo(MIDNIGHT + 0.25, 2);
    expect(parseStoreTime('2026-11-24T01:00:00.5+01:00')).toBe(MIDNIGHT + 500);
    expect(parseStoreTime('')).toBeNaN();
  });

  it('agrees with ours in this process', () => {
    expect(Math.abs(nowMs() - Date.now())).toBeLessThan(1000);
  });

  it('tells before from since where both clocks agree', () => {
    const clock = new Kv2Clock();
    expect(clock.relate(at(5100), MIDNIGHT + 5000, reading(5200))).toBe('since');
    expect(clock.relate(at(4900), MIDNIGHT + 5000, reading(5200))).toBe('before');
    expect(clock.relate(at(4990), MIDNIGHT + 5000, reading(5200))).toBe('unclear');
  });

  it('knows only whole seconds of a clock that is off and was never measured', () => {
    const clock = new Kv2Clock();
    const off = reading(5200, 60_000);
    expect(clock.relate(at(65_100), MIDNIGHT + 5000, off)).toBe('unclear');
    expect(clock.relate(at(67_000), MIDNIGHT + 5000, off)).toBe('since');
    expect(clock.relate(at(62_000), MIDNIGHT + 5000, off)).toBe('before');
  });

  it('measures a clock that is off by the writes that are acknowledged', () => {
    const clock = new Kv2Clock();
    // Written at our 4000 (its 64,000), acknowledged at our 4003.
    clock.learn(MIDNIGHT + 64_000, MIDNIGHT + 4003);
    const off = reading(5200, 60_000);
    expect(clock.relate(at(64_000), MIDNIGHT + 4004, off)).toBe('before');
    expect(clock.relate(at(65_001), MIDNIGHT + 5000, off)).toBe('since');
    // A slower answer tells less, and does not count.
    clock.learn(MIDNIGHT + 64_500, MIDNIGHT + 4900);
    expect(clock.relate(at(64_000), MIDNIGHT + 4004, off)).toBe('before');
  });

  it('gives an old measurement up for a newer one', () => {
    const clock = new Kv2Clock();
    clock.learn(MIDNIGHT + 60_000, MIDNIGHT);
    clock.learn(MIDNIGHT + 70_000, MIDNIGHT + 70_001);
    expect(clock.relate(at(80_100), MIDNIGHT + 80_000, reading(80_200))).toBe('since');
  });

  it('says nothing without any time of the store', () => {
    const silent = { dateMs: undefined, sentAtMs: MIDNIGHT, receivedAtMs: MIDNIGHT };
    expect(new Kv2Clock().relate(at(0), MIDNIGHT, silent)).toBe('unclear');
  });
});
