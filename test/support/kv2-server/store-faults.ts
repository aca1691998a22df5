import type { RecordedCall } from './recorded-call.js';

/** What can be made to go wrong. `…-after`: the store has done what was asked, and the caller is not told so. */
export type StoreFault =
  | { kind: 'delay'; ms: number }
  /** Takes the call and never answers. */
  | { kind: 'silence' }
  | { kind: 'status'; status: number; body?: string; contentType?: string; headers?: Record<string, string> }
  | { kind: 'status-after'; status: number; body?: string }
  | { kind: 'reset-before' }
  | { kind: 'reset-after' }
  | { kind: 'silence-after' }
  | { kind: 'html'; status?: number }
  /** JSON that does not end, in pieces of 64 KiB; ends by itself after `bytes`, default never. */
  | { kind: 'endless'; bytes?: number }
  /** Says how long the answer is, sends half of it and closes. */
  | { kind: 'close-mid-answer' }
  | { kind: 'redirect'; location: string; status?: number };

export interface FaultScope {
  /** How many calls it meets. Default 1; `Infinity` until `clearFaults`. */
  times?: number;
  /** Only calls whose `METHOD path` it matches, for example `/^POST .*\/data\//`, or that it says yes to. */
  match?: RegExp | ((call: RecordedCall) => boolean);
}

/** Faults in the order they were asked for; a call meets the first that matches. */
export class StoreFaults {
  private planned: { fault: StoreFault; left: number; match: FaultScope['match'] }[] = [];

  add(fault: StoreFault, scope: FaultScope): void {
    this.planned.push({ fault, left: scope.times ?? 1, match: scope.match });
  }

  clear(): void {
    this.planned = [];
  }

  take(call: RecordedCall): StoreFault | undefined {
    const found = this.planned.find(({ match }) => isMeant(match, call));
    if (found === undefined) return undefined;
    found.left -= 1;
    if (found.left <= 0) this.planned = this.planned.filter((entry) => entry !== found);
    return found.fault;
  }
}

function isMeant(match: FaultScope['match'], call: RecordedCall): boolean {
  if (match === undefined) return true;
  return match instanceof RegExp ? match.test(`${call.method} ${call.path}`) : match(call);
}
