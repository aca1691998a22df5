import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultProxy, FaultRule } from '../../support/fault-proxy/fault-proxy.js';

/**
 * How a move is cut at one of its calls to the store; `after`: the store has carried the call out, and nobody is told.
 * - `kill soon`: the call is answered, and the process dies within the next milliseconds (in what it does then: a write
 *   of the YAML file, the sending of the next call, its own answer);
 * - `down`, `500 from here`: the store stays away until the move has ended;
 * - `broken file`: somebody saves a YAML file that does not parse.
 */
export const CUT_KINDS = [
  'kill before',
  'kill after',
  'kill soon',
  'reset before',
  'reset after',
  '500 before',
  '500 after',
  'half answer',
  'down before',
  'down after',
  '500 from here',
  'silence before',
  'silence after',
  'broken file',
] as const;
export type CutKind = (typeof CUT_KINDS)[number];

export interface CutHands {
  readonly proxy: FaultProxy;
  readonly kill: () => Promise<void>;
  readonly breakFile: () => Promise<void>;
  /** From 0 to just below 1: how soon `kill soon` is. */
  readonly soon: number;
}

const LONGEST_SOON_MS = 12;

export function cutRule(kind: CutKind, hands: CutHands): Omit<FaultRule, 'match'> {
  const { proxy, kill, breakFile, soon } = hands;
  const goDown = (): Promise<void> => proxy.goDown();
  switch (kind) {
    case 'kill before':
      return { before: kill, fault: { kind: 'silence-before' } };
    case 'kill after':
      return { after: kill, fault: { kind: 'silence-after' } };
    case 'kill soon':
      return {
        after: () => {
          void sleep(soon * LONGEST_SOON_MS).then(kill);
          return Promise.resolve();
        },
      };
    case 'reset before':
      return { fault: { kind: 'cut-before' } };
    case 'reset after':
      return { fault: { kind: 'cut-after' } };
    case '500 before':
      return { fault: { kind: 'status-before', status: 500 } };
    case '500 after':
      return { fault: { kind: 'status-after', status: 500 } };
    case 'half answer':
      return { fault: { kind: 'truncate' } };
    case 'down before':
      return { before: goDown, fault: { kind: 'cut-before' } };
    case 'down after':
      return { after: goDown, fault: { kind: 'cut-after' } };
    case '500 from here':
      return { fault: { kind: 'status-before', status: 500 }, times: Infinity };
    case 'silence before':
      return { fault: { kind: 'silence-before' } };
    case 'silence after':
      return { fault: { kind: 'silence-after' } };
    case 'broken file':
      return { before: breakFile };
    default:
      return kind satisfies never;
  }
}
