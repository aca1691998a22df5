/** Whether something in the store happened before or after a moment of ours, as far as the two clocks tell. */
export type TimeRelation = 'before' | 'since' | 'unclear';

/** What one more answer of the store told about its clock: its `Date` (whole seconds), and when the call was sent. */
export interface ClockReading {
  readonly dateMs: number | undefined;
  readonly sentAtMs: number;
  readonly receivedAtMs: number;
}

/** Two clocks that agree within the store's whole seconds are taken to agree within this. */
const SYNCHRONIZED_MS = 50;
/** A measured offset is given up for a newer one after this, since clocks drift. */
const KEPT_MS = 60_000;

/** Milliseconds since 1970 with their fraction, from a clock that is never set back. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

/** RFC 3339 as the store prints it, with up to nine digits of a second. NaN for what is no time. */
export function parseStoreTime(text: string): number {
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? '';
  return Date.parse(text.replace(/\.\d+/, '')) + (fraction === '' ? 0 : Number(`0.${fraction}`) * 1000);
}

/**
 * How the store's clock stands to ours. Each acknowledged write tells that the store's time of it came before our
 * receipt: the largest such difference is the offset, but for half a round trip. Whatever this process was told of
 * before a call began is so known to lie before the call.
 */
export class Kv2Clock {
  private offset: { readonly ms: number; readonly measuredAtMs: number } | undefined;

  learn(createdAtMs: number, receivedAtMs: number): void {
    const ms = createdAtMs - receivedAtMs;
    const isBetter =
      this.offset === undefined || ms >= this.offset.ms || receivedAtMs - this.offset.measuredAtMs > KEPT_MS;
    if (isBetter && !Number.isNaN(ms)) this.offset = { ms, measuredAtMs: receivedAtMs };
  }

  /** @param createdTime as the store prints it @param startMs by our clock, from `nowMs` */
  relate(createdTime: string, startMs: number, reading: ClockReading): TimeRelation {
    const createdAtMs = parseStoreTime(createdTime);
    const [least, most] = this.offset === undefined ? boundsOf(reading) : [this.offset.ms, this.offset.ms];
    if (createdAtMs < startMs + least) return 'before';
    return createdAtMs >= startMs + most ? 'since' : 'unclear';
  }
}

/** The offset from a time in whole seconds, cut off. */
function boundsOf({ dateMs, sentAtMs, receivedAtMs }: ClockReading): readonly [number, number] {
  if (dateMs === undefined || Number.isNaN(dateMs))
    return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const least = dateMs - receivedAtMs;
  const most = dateMs + 1000 - sentAtMs;
  return least <= 0 && most >= 0 ? [-SYNCHRONIZED_MS, 0] : [least, most];
}
