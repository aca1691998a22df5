import { describeOperation, isUnknown } from './operation.js';
import type { Operation, StoredVersion } from './operation.js';
import { checkEffects, isSame } from './version-effects.js';
import { VersionOwners } from './version-owners.js';
import { VersionTimeline } from './version-timeline.js';
import type { Rule, Violation } from './violation.js';

/**
 * Holds what clients saw of one secret against the versions that a KV version 2 store has of it in the end. The store
 * counts versions, so their numbers are the order in which the changes took effect; what is left to show is that every
 * version has its one operation, is what that operation makes of the version before, and came while the operation was
 * under way, and that every read and refusal was true at some moment of its own. Time grows with n log n.
 */
export class VersionChecker {
  private readonly violations: Violation[] = [];
  private readonly owners: VersionOwners;
  private readonly timeline: VersionTimeline;
  private readonly deletedBy = new Map<number, Operation[]>();

  private constructor(
    private readonly operations: readonly Operation[],
    private readonly versions: readonly StoredVersion[],
  ) {
    this.owners = new VersionOwners(operations, versions);
    this.timeline = new VersionTimeline(versions);
  }

  /** @param versions all of them, ascending from 1 @returns nothing where the history is one that may be */
  static check(operations: readonly Operation[], versions: readonly StoredVersion[]): readonly Violation[] {
    const gap = versions.findIndex(({ version }, index) => version !== index + 1);
    if (gap !== -1) return [{ rule: 'version-gap', text: `version ${gap + 1} is missing` }];
    const checker = new VersionChecker(operations, versions);
    checker.run();
    return checker.violations;
  }

  private run(): void {
    this.violations.push(...this.owners.violations);
    this.takeDeletions();
    this.violations.push(...checkEffects(this.versions, this.owners, this.deletedBy));
    for (const { version } of this.versions) {
      const owner = this.owners.of(version);
      if (owner !== undefined) this.timeline.makeVersion(version, owner, !isUnknown(owner));
    }
    for (const operation of this.operations) this.takeRead(operation);
    this.violations.push(...this.timeline.settle());
    this.explainDeletions();
    for (const operation of this.operations) this.checkRefusal(operation);
  }

  private takeDeletions(): void {
    for (const operation of this.operations) {
      const { kind, outcome } = operation;
      if (kind !== 'delete' || outcome.kind !== 'acknowledged') continue;
      if (this.versions[outcome.version - 1]?.isDeleted !== true) this.report('delete-undone', operation);
      this.deletedBy.set(outcome.version, [...(this.deletedBy.get(outcome.version) ?? []), operation]);
      this.timeline.deleteVersion(outcome.version, operation, true);
    }
  }

  private takeRead(operation: Operation): void {
    const { kind, key, outcome } = operation;
    if (outcome.kind !== 'read') return;
    const stored = this.versions[outcome.version - 1];
    const isRight =
      stored !== undefined &&
      (kind === 'read-key'
        ? key !== undefined && stored.values[key] === outcome.values[key]
        : isSame(stored.values, outcome.values));
    if (!isRight) this.report('read-mismatch', operation);
    else this.timeline.see(outcome.version, operation);
  }

  /** Every deleted version needs a deletion of its own: an acknowledged one, or one of unknown outcome in time for it. */
  private explainDeletions(): void {
    const free = this.operations
      .filter((operation) => operation.kind === 'delete' && isUnknown(operation))
      .map(({ startedAtMs }) => startedAtMs)
      .sort((a, b) => a - b);
    const unexplained = this.versions.filter(
      ({ version, isDeleted }) => isDeleted && !this.deletedBy.has(version),
    );
    // Later versions have later last chances: the earliest deletion left serves the earliest version best.
    for (const { version } of unexplained) {
      const startedAtMs = free.shift() ?? Infinity;
      if (startedAtMs > this.timeline.lastChanceToDelete(version) || startedAtMs === Infinity)
        this.violations.push({ rule: 'phantom-delete', text: `version ${version}` });
    }
  }

  private checkRefusal(operation: Operation): void {
    if (operation.outcome.kind === 'refused' && !this.isJustified(operation, operation.outcome.code))
      this.report('unjustified-refusal', operation);
  }

  private isJustified(operation: Operation, code: string): boolean {
    const possible = this.timeline.possibleAt(operation);
    switch (code) {
      case 'SECRET_NOT_FOUND':
        return possible.includes(0);
      case 'SECRET_DELETED':
        return possible.some((version) => this.timeline.mayBeDeleted(version, operation));
      case 'FRAGMENT_NOT_FOUND':
        return possible.some(
          (version) => this.timeline.mayBeLive(version, operation) && !this.hasKey(version, operation.key),
        );
      case 'PRECONDITION_FAILED':
        return possible.some((version) => version !== operation.ifMatch);
      default:
        return true;
    }
  }

  private hasKey(version: number, key = ''): boolean {
    return Object.hasOwn(this.versions[version - 1]?.values ?? {}, key);
  }

  private report(rule: Rule, operation: Operation): void {
    this.violations.push({ rule, text: describeOperation(operation) });
  }
}
