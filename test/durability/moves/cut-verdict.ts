import { isDeepStrictEqual } from 'node:util';
import type { MoveCase, Values } from './move-case.js';
import type { CutMove } from './move-lane.js';
import type { StoredSecrets } from './stored-secrets.js';

export const REMAINS = ['both', 'only destination', 'only source', 'none'] as const;
export type Remains = (typeof REMAINS)[number];

export interface Look {
  readonly source: Values | undefined;
  readonly destination: Values | undefined;
}

/** What stands after a cut, and whether that may be. */
export class CutVerdict {
  readonly violations: string[] = [];

  constructor(
    private readonly moving: MoveCase,
    private readonly move: CutMove,
    private readonly look: Look,
  ) {
    this.checkValues();
    this.checkAnswer();
  }

  static async lookAt(stored: StoredSecrets, { source, destination }: MoveCase): Promise<Look> {
    const [from, to] = await Promise.all([stored.find(source), stored.find(destination)]);
    return { source: from, destination: to };
  }

  get remains(): Remains {
    if (this.hasCopy) return this.hasSource ? 'both' : 'only destination';
    return this.hasSource ? 'only source' : 'none';
  }

  /** What was written last of what was to be moved. */
  get newest(): Values {
    return this.move.hasSecondWritten ? this.moving.newer : this.moving.first;
  }

  private get sources(): Values[] {
    const { first, newer } = this.moving;
    return this.move.hasSecondWritten ? [first, newer] : [first];
  }

  private get hasSource(): boolean {
    return this.moving.isIn(this.look.source);
  }

  private get hasCopy(): boolean {
    return this.sources.some((values) =>
      isDeepStrictEqual(this.look.destination, this.moving.copied(values)),
    );
  }

  private get isUntouched(): boolean {
    return isDeepStrictEqual(this.look.destination, this.moving.before);
  }

  private checkValues(): void {
    const { moving, look, newest, sources } = this;
    if (this.remains === 'none') this.fail('both are gone');
    if (!this.hasCopy && !this.isUntouched) this.fail('the destination holds what nobody asked for');
    const allowed = sources.flatMap((values) => [values, moving.taken(values)]);
    if (!allowed.some((values) => isDeepStrictEqual(values, look.source)))
      this.fail('the source holds what nobody wrote');
    const isAtSource = [newest, moving.taken(newest)].some((values) =>
      isDeepStrictEqual(values, look.source),
    );
    const isNewestThere =
      isDeepStrictEqual(look.source, newest) || isDeepStrictEqual(look.destination, moving.copied(newest));
    if (!isNewestThere) this.fail('what was written last is gone');
    if (moving.isOfKey && !isAtSource) this.fail('a key that was not moved is not as it was written last');
  }

  /** Where one came, it has to be true. */
  private checkAnswer(): void {
    const { answer, hasSecondWritten } = this.move;
    if (answer === undefined) return;
    const { code, detail = '' } = answer;
    const isNewer = hasSecondWritten && isDeepStrictEqual(this.look.source, this.moving.newer);
    if (answer.status < 300) {
      if (!this.hasCopy) this.fail('it was told that the move is done, and no copy is there');
      // What is written after the removal stays.
      if (this.hasSource && !(isNewer && this.isCopyOf(this.moving.first)))
        this.fail('it was told that the move is done, and the source is there');
      return;
    }
    switch (code) {
      case 'MOVE_INCOMPLETE': {
        const isTold = this.hasSource || detail.includes('could not be found out');
        if (!this.hasCopy || !isTold) this.fail('it was told that both are there');
        break;
      }
      case 'SOURCE_CHANGED':
        if (!this.isCopyOf(this.moving.first) || !isNewer) this.fail('it was told that the source changed');
        break;
      case 'OUTCOME_UNKNOWN':
        if (!this.hasSource) this.fail('the source is gone, though the copy was not known');
        break;
      default:
        if (!this.isUntouched || !this.hasSource) this.fail('a refusal has changed something');
    }
  }

  private isCopyOf(values: Values): boolean {
    return isDeepStrictEqual(this.look.destination, this.moving.copied(values));
  }

  private fail(what: string): void {
    const { status = 'nothing', code = '' } = this.move.answer ?? {};
    this.violations.push(
      `${this.moving.toString()}: ${what}; told: ${status} ${code}; found: ${JSON.stringify(this.look)}`,
    );
  }
}
