import { describeOperation } from './operation.js';
import type { Operation, StoredVersion } from './operation.js';
import type { Violation } from './violation.js';

interface Moment {
  readonly what: string;
  notBeforeMs: number;
  notBeforeBy: Operation | undefined;
  notAfterMs: number;
  notAfterBy: Operation | undefined;
}

/**
 * The moments at which versions came and were deleted, in the one order that the version numbers tell. What clients
 * saw bounds each moment; the bounds of the others follow, and an order exists exactly where every moment keeps a place.
 */
export class VersionTimeline {
  private readonly moments: Moment[] = [];
  private readonly written: number[] = [];
  private readonly deleted: (number | undefined)[] = [];

  constructor(versions: readonly StoredVersion[]) {
    for (const { version, isDeleted } of versions) {
      this.written.push(this.add(`version ${version}`));
      this.deleted.push(isDeleted ? this.add(`the deletion of version ${version}`) : undefined);
    }
  }

  /** @param isCertain whether it was done before it ended, as an acknowledgement says */
  makeVersion(version: number, operation: Operation, isCertain: boolean): void {
    this.bound(this.written[version - 1], operation, isCertain);
  }

  deleteVersion(version: number, operation: Operation, isCertain: boolean): void {
    this.bound(this.deleted[version - 1], operation, isCertain);
  }

  /** The version was the latest, and not deleted, at some moment of the operation. */
  see(version: number, operation: Operation): void {
    this.notAfter(this.written[version - 1], operation);
    this.notBefore(this.endOf(version), operation);
  }

  /** To be called once after all bounds are told. @returns where no order is left */
  settle(): Violation[] {
    const inherit = (to: Moment, from: Moment): void => {
      if (from.notBeforeMs > to.notBeforeMs)
        Object.assign(to, { notBeforeMs: from.notBeforeMs, notBeforeBy: from.notBeforeBy });
    };
    this.moments.forEach((moment, index) => index > 0 && inherit(moment, this.moments[index - 1] ?? moment));
    for (let index = this.moments.length - 2; index >= 0; index -= 1) {
      const [moment, next] = [this.moments[index], this.moments[index + 1]];
      if (moment !== undefined && next !== undefined && next.notAfterMs < moment.notAfterMs)
        Object.assign(moment, { notAfterMs: next.notAfterMs, notAfterBy: next.notAfterBy });
    }
    return this.moments.filter(({ notBeforeMs, notAfterMs }) => notBeforeMs > notAfterMs).map(contradiction);
  }

  /** Versions that may have been the latest, deleted or not, at some moment of the operation; 0 is none yet. */
  possibleAt({ startedAtMs, endedAtMs }: Operation): readonly number[] {
    const begins = (version: number): number =>
      this.moment(this.written[version - 1])?.notBeforeMs ?? -Infinity;
    const ends = (version: number): number => this.moment(this.written[version])?.notAfterMs ?? Infinity;
    let first = 0;
    // Bounds go up with the versions, so what is possible is one stretch of them.
    for (let high = this.written.length; first < high;) {
      const middle = (first + high) >> 1;
      if (ends(middle) < startedAtMs) first = middle + 1;
      else high = middle;
    }
    const possible: number[] = [];
    for (let version = first; version <= this.written.length && begins(version) <= endedAtMs; version += 1)
      possible.push(version);
    return possible;
  }

  mayBeLive(version: number, { startedAtMs }: Operation): boolean {
    return version > 0 && (this.moment(this.endOf(version))?.notAfterMs ?? Infinity) >= startedAtMs;
  }

  mayBeDeleted(version: number, { endedAtMs }: Operation): boolean {
    const deletion = this.moment(this.deleted[version - 1]);
    return deletion !== undefined && deletion.notBeforeMs <= endedAtMs;
  }

  /** The latest time at which the version may have been deleted without being overtaken. */
  lastChanceToDelete(version: number): number {
    return this.moment(this.deleted[version - 1])?.notAfterMs ?? Infinity;
  }

  private add(what: string): number {
    const bounds = {
      notBeforeMs: -Infinity,
      notBeforeBy: undefined,
      notAfterMs: Infinity,
      notAfterBy: undefined,
    };
    return this.moments.push({ what, ...bounds }) - 1;
  }

  private bound(index: number | undefined, operation: Operation, isCertain: boolean): void {
    this.notBefore(index, operation);
    if (isCertain) this.notAfter(index, operation);
  }

  private notBefore(index: number | undefined, operation: Operation): void {
    const moment = this.moment(index);
    if (moment !== undefined && operation.startedAtMs > moment.notBeforeMs)
      Object.assign(moment, { notBeforeMs: operation.startedAtMs, notBeforeBy: operation });
  }

  private notAfter(index: number | undefined, operation: Operation): void {
    const moment = this.moment(index);
    if (moment !== undefined && operation.endedAtMs < moment.notAfterMs)
      Object.assign(moment, { notAfterMs: operation.endedAtMs, notAfterBy: operation });
  }

  private endOf(version: number): number | undefined {
    return this.deleted[version - 1] ?? this.written[version];
  }

  private moment(index: number | undefined): Moment | undefined {
    return index === undefined ? undefined : this.moments[index];
  }
}

function contradiction({ what, notBeforeBy, notAfterBy }: Moment): Violation {
  const [early, late] = [notAfterBy, notBeforeBy].map((operation) =>
    operation === undefined ? 'nothing' : describeOperation(operation),
  );
  return { rule: 'order', text: `${what} came before the end of ${early}, and after the start of ${late}` };
}
