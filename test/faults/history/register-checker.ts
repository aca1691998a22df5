import { KeyHistory } from './key-history.js';
import type { Span } from './key-history.js';
import { describeOperation, isUnknown } from './operation.js';
import type { Operation } from './operation.js';
import type { Rule, Violation } from './violation.js';

/** A value's life as far as clients know it: it was there at both ends, and so between them, where `fromMs < toMs`. */
interface Zone {
  readonly fromMs: number;
  readonly toMs: number;
  readonly write: Span;
}

/**
 * Holds what clients saw of one secret of a store without versions against what an atomic register may show, key by
 * key. Values are unique, so a read names its write, and the zones of values decide (Gibbons and Korach, Testing Shared
 * Memories, 1997): two lives of values may not overlap, and nothing else may happen wholly within one. That all keys of a
 * map were there at the same moment is not checked. The last state of the store is one more read.
 */
export class RegisterChecker {
  private readonly violations: Violation[] = [];
  private readonly zones: Zone[];

  private constructor(private readonly history: KeyHistory) {
    this.zones = this.findZones();
  }

  static check(operations: readonly Operation[]): readonly Violation[] {
    const maps = operations.flatMap(({ values, outcome }) => [
      values ?? {},
      outcome.kind === 'read' ? outcome.values : {},
    ]);
    const keys = new Set(maps.flatMap(Object.keys));
    return [...keys].flatMap((key) => {
      const checker = new RegisterChecker(new KeyHistory(key, operations));
      checker.run();
      return checker.violations;
    });
  }

  private run(): void {
    this.checkOverlaps();
    const { removals, sightings } = this.history;
    for (const removal of removals) this.checkWithin(removal, 'delete-undone');
    for (const sighting of sightings.filter(({ value }) => value === undefined)) {
      this.checkWithin(sighting, 'order');
      this.checkAbsence(sighting);
    }
  }

  private findZones(): Zone[] {
    const seen = new Map<string, Span[]>();
    for (const sighting of this.history.sightings)
      if (sighting.value !== undefined)
        seen.set(sighting.value, [...(seen.get(sighting.value) ?? []), sighting]);
    for (const [value, sightings] of seen) this.checkSource(this.history.writes.get(value), sightings);
    return [...this.history.writes].flatMap(([value, write]) => {
      const spans = [write, ...(seen.get(value) ?? [])];
      // What was of unknown outcome, or refused, and never seen says nothing.
      if (write.by.outcome.kind !== 'acknowledged' && spans.length === 1) return [];
      const fromMs = Math.min(...spans.map(({ toMs }) => toMs));
      return [{ fromMs, toMs: Math.max(...spans.map((span) => span.fromMs)), write }];
    });
  }

  private checkSource(write: Span | undefined, sightings: readonly Span[]): void {
    const first = Math.min(...sightings.map(({ toMs }) => toMs));
    const [sighting] = sightings;
    if (sighting === undefined) return;
    if (write === undefined) this.report('phantom-value', sighting);
    else if (write.by.outcome.kind === 'refused') this.report('refused-write-applied', write);
    else if (first < write.fromMs) this.report('order', write);
  }

  private checkOverlaps(): void {
    const lives = this.zones.filter(({ fromMs, toMs }) => fromMs < toMs).sort((a, b) => a.fromMs - b.fromMs);
    lives.forEach((life, index) => {
      const next = lives[index + 1];
      if (next !== undefined && next.fromMs < life.toMs) this.report('order', life.write, next.write);
    });
    for (const moment of this.zones.filter(({ fromMs, toMs }) => fromMs >= toMs)) {
      const within = { fromMs: moment.toMs, toMs: moment.fromMs, by: moment.write.by };
      this.checkWithin(within, 'order');
    }
  }

  /** Whatever happened in this span would have ended the value's life. */
  private checkWithin(span: Span, rule: Rule): void {
    const around = this.zones.find(
      ({ fromMs, toMs, write }) => fromMs < span.fromMs && span.toMs < toMs && write.by !== span.by,
    );
    if (around !== undefined) this.report(rule, span, around.write);
  }

  /** A key that is not there has to have been taken away after the last write that was acknowledged before. */
  private checkAbsence(sighting: Span): void {
    const before = [...this.history.writes.values()].filter(
      ({ by, toMs }) => by.outcome.kind === 'acknowledged' && toMs < sighting.fromMs,
    );
    const last = before.reduce<Span | undefined>(
      (latest, write) => (latest === undefined || write.fromMs > latest.fromMs ? write : latest),
      undefined,
    );
    if (last === undefined) return;
    const isExplained = this.history.removals.some(
      ({ by, fromMs, toMs }) => (isUnknown(by) || toMs >= last.fromMs) && fromMs <= sighting.toMs,
    );
    if (!isExplained) this.report('lost-write', last, sighting);
  }

  private report(rule: Rule, ...spans: readonly Span[]): void {
    const text = spans.map(({ by }) => describeOperation(by)).join(' and ');
    this.violations.push({ rule, text: `${this.history.key}: ${text}` });
  }
}
