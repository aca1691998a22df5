import { isUnknown, isWrite } from './operation.js';
import type { Operation } from './operation.js';

/** A time in which something happened at one moment; without an end where nobody knows whether it happened. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  readonly by: Operation;
}

/** What a history says of one key of a secret: who set it, who took it away, who saw what. */
export class KeyHistory {
  /** By the value; refused ones too. */
  readonly writes = new Map<string, Span>();
  /** Also those of unknown outcome; a write of a whole map without the key is one. */
  readonly removals: Span[] = [];
  /** `value` is undefined where the key was seen not to be there. */
  readonly sightings: (Span & { readonly value: string | undefined })[] = [];

  constructor(
    readonly key: string,
    operations: readonly Operation[],
  ) {
    for (const operation of operations) this.take(operation);
  }

  private take(operation: Operation): void {
    const { kind, key, values, outcome } = operation;
    const span = {
      fromMs: operation.startedAtMs,
      toMs: isUnknown(operation) ? Infinity : operation.endedAtMs,
      by: operation,
    };
    const isAboutAll = key === undefined;
    if (!isAboutAll && key !== this.key) return;
    const written = values?.[this.key];
    if (written !== undefined) this.writes.set(written, span);
    const isRemoval = kind === 'remove-key' || kind === 'delete' || (isWrite(operation) && isAboutAll);
    if (isRemoval && written === undefined && outcome.kind !== 'refused') this.removals.push(span);
    if (outcome.kind === 'read') this.sightings.push({ ...span, value: outcome.values[this.key] });
    if (outcome.kind === 'refused' && isAbsence(outcome.code, isAboutAll))
      this.sightings.push({ ...span, value: undefined });
  }
}

/** Refusals that say that the key was not there. */
function isAbsence(code: string, isAboutAll: boolean): boolean {
  return code === 'SECRET_NOT_FOUND' || (code === 'FRAGMENT_NOT_FOUND' && !isAboutAll);
}
