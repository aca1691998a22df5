import type { SeededRandom } from './seeded-random.js';

/**
 * What can happen to a call on its way to the store or back.
 * - `…-before`: the store never sees the call;
 * - `…-after`: the store has carried it out, and the caller is not told so;
 * - `truncate`: carried out, and the answer breaks off in its middle.
 */
export type FaultKind =
  | 'delay-before'
  | 'delay-after'
  | 'cut-before'
  | 'cut-after'
  | 'status-before'
  | 'status-after'
  | 'truncate'
  | 'silence-before'
  | 'silence-after';

export interface ProxyFault {
  readonly kind: FaultKind;
  /** Of a delay. */
  readonly ms?: number;
  /** Of a status. */
  readonly status?: number;
}

/** Out of a thousand calls. */
export type FaultRates = Readonly<Record<FaultKind, number>>;

export const NO_FAULTS: FaultRates = {
  'delay-before': 0,
  'delay-after': 0,
  'cut-before': 0,
  'cut-after': 0,
  'status-before': 0,
  'status-after': 0,
  truncate: 0,
  'silence-before': 0,
  'silence-after': 0,
};

const MAX_DELAY_MS = 30;
/** 429 says that nothing was done, so it never comes after the store has done it. */
const STATUSES_BEFORE = [503, 429, 500] as const;
const STATUSES_AFTER = [503, 500, 502] as const;

export function drawFault(random: SeededRandom, rates: FaultRates): ProxyFault | undefined {
  const kind = random.weighted(rates, 1000);
  switch (kind) {
    case undefined:
      return undefined;
    case 'delay-before':
    case 'delay-after':
      return { kind, ms: random.next() * MAX_DELAY_MS };
    case 'status-before':
      return { kind, status: random.pick(STATUSES_BEFORE) };
    case 'status-after':
      return { kind, status: random.pick(STATUSES_AFTER) };
    default:
      return { kind };
  }
}
