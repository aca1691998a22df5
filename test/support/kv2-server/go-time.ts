/** Times and durations as Go prints them. */

/** Between the wall clock and the one that counts nanoseconds, measured once: the two tick apart. */
const WALL_OFFSET = BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint();
let lastNanos = 0n;

/** Nanoseconds since 1970 at an even pace, each call later than the one before. */
export function nowNanos(): bigint {
  const now = process.hrtime.bigint() + WALL_OFFSET;
  lastNanos = now > lastNanos ? now : lastNanos + 1n;
  return lastNanos;
}

/** RFC 3339 with nanoseconds and no zeros at the end: `2026-11-24T21:31:04.375002283Z`; `''` for no time. */
export function printTime(nanos: bigint | undefined): string {
  if (nanos === undefined) return '';
  const whole = new Date(Number(nanos / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  const fraction = String(nanos % 1_000_000_000n)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return fraction === '' ? `${whole}Z` : `${whole}.${fraction}Z`;
}

/** `0s`, `1m0s`, `1h30m0s`. */
export function printDuration(seconds: number): string {
  const absolute = Math.abs(seconds);
  const hours = Math.floor(absolute / 3600);
  const minutes = Math.floor((absolute % 3600) / 60);
  const parts = [hours > 0 ? `${hours}h` : '', absolute >= 60 ? `${minutes}m` : '', `${absolute % 60}s`];
  return (seconds < 0 ? '-' : '') + parts.join('');
}

const UNIT_SECONDS: Record<string, number> = { d: 86_400, h: 3600, m: 60, s: 1, ms: 0.001 };

/** Seconds of `90`, `"90"`, `"1h30m"`, `"-1s"`; `undefined` when it is none. */
export function findDurationSeconds(value: unknown): number | undefined {
  if (typeof value === 'number') return Math.trunc(value);
  if (typeof value !== 'string') return undefined;
  if (value === '') return 0;
  if (/^-?\d+$/.test(value)) return Number(value);
  if (!/^-?(\d+(\.\d+)?(d|h|ms|m|s))+$/.test(value)) return undefined;
  const parts = [...value.matchAll(/(\d+(?:\.\d+)?)(d|h|ms|m|s)/g)];
  const seconds = parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * (UNIT_SECONDS[unit ?? ''] ?? 0),
    0,
  );
  return Math.trunc(value.startsWith('-') ? -seconds : seconds);
}
