import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { CutVerdict } from './cut-verdict.js';
import type { MoveCase } from './move-case.js';
import type { Answer, CutMove, MoveLane } from './move-lane.js';

/** As docs/how-to/move-secrets.md says it. */
export type Recovery =
  'nothing to do' | 'the same key again' | 'moved again' | 'moved over' | 'source deleted';

const PATIENCE_MS = 20_000;
const PAUSE_MS = 200;
const GONE = ['SECRET_DELETED', 'SECRET_NOT_FOUND', 'FRAGMENT_NOT_FOUND'];

/** Goes on after a cut, and sees whether exactly the destination is left then. */
export class CutRecovery {
  readonly ways: Recovery[] = [];
  readonly violations: string[] = [];

  constructor(
    private readonly lane: MoveLane,
    private readonly moving: MoveCase,
    private readonly move: CutMove,
    private readonly key: string | undefined,
  ) {}

  /** @param isDeleting of two that are equal the source is deleted, in place of a move over the copy */
  async run(isDeleting: boolean): Promise<void> {
    const { lane, moving, move, key } = this;
    const isOpen = move.answer === undefined || move.answer.status >= 500;
    if (key !== undefined && isOpen) await this.sendAgain(key);
    const look = await CutVerdict.lookAt(lane.stored, moving);
    const verdict = new CutVerdict(moving, move, look);
    switch (verdict.remains) {
      case 'only source':
        this.ways.push('moved again');
        this.expect(
          await lane.move(moving, { overwrite: moving.scenario.overwrite, key: undefined }),
          [200, 201],
        );
        break;
      case 'both': {
        const isEqual = isDeepStrictEqual(look.destination, moving.copied(look.source ?? {}));
        if (isDeleting && isEqual) {
          this.ways.push('source deleted');
          this.expect(await lane.delete(moving.fromUri), [200]);
        } else {
          this.ways.push('moved over');
          this.expect(await lane.move(moving, { overwrite: true, key: undefined }), [200]);
        }
        break;
      }
      case 'only destination': {
        if (key === undefined || !isOpen) this.ways.push('nothing to do');
        const again = await lane.move(moving, { overwrite: true, key: undefined });
        if (!GONE.includes(again?.code ?? '')) this.fail('a finished move was not told as one', again);
        break;
      }
      case 'none':
        this.fail('both are gone', undefined);
    }
    const after = await CutVerdict.lookAt(lane.stored, moving);
    const isExact =
      isDeepStrictEqual(after.destination, moving.copied(verdict.newest)) &&
      isDeepStrictEqual(after.source, moving.taken(verdict.newest));
    if (!isExact) this.fail(`not exactly the destination is left: ${JSON.stringify(after)}`, undefined);
  }

  /** Once nobody wrote between, that alone has to end it. */
  private async sendAgain(key: string): Promise<void> {
    this.ways.push('the same key again');
    const { lane, moving, move } = this;
    for (const endsAtMs = Date.now() + PATIENCE_MS; Date.now() < endsAtMs; await sleep(PAUSE_MS)) {
      const answer = await lane.move(moving, { overwrite: moving.scenario.overwrite, key });
      if (answer?.code === 'IDEMPOTENCY_IN_PROGRESS') continue;
      if (!move.hasSecondWritten) this.expect(answer, [200, 201]);
      return;
    }
    this.fail('the request was under way for ever', undefined);
  }

  private expect(answer: Answer | undefined, statuses: readonly number[]): void {
    if (answer === undefined || !statuses.includes(answer.status))
      this.fail('the way on was refused', answer);
  }

  private fail(what: string, answer: Answer | undefined): void {
    const told = answer && `; told: ${answer.status} ${answer.code ?? ''}`;
    this.violations.push(`${this.moving.toString()}: after ${this.ways.join(', ')}: ${what}${told ?? ''}`);
  }
}
