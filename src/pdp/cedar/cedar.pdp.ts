import { randomUUID } from 'node:crypto';
import { setImmediate as letOthers } from 'node:timers/promises';
import { PolicyDecisionPoint } from '../../ports/policy-decision.port.js';
import type { PolicyDecision, PolicyHealth, PolicyQuestion } from '../../ports/policy-decision.port.js';
import { SCOPE_OF_PURPOSE } from '../../secrets/operations.js';
import type { Purpose } from '../../secrets/operations.js';
import { SecretError } from '../../secrets/secret.errors.js';
import { tightestObligations } from '../obligations.js';
import { CedarQuestion } from './cedar-question.js';
import { CedarRuntime } from './cedar-runtime.js';
import { instantiateCedar } from './cedar-wasm.js';
import type { CedarWasm } from './cedar-wasm.js';
import { PolicyKeeper } from './policy-keeper.js';
import type { LoadOutcome } from './policy-keeper.js';
import type { PolicySet } from './policy-loader.js';
import { SliceAnswer } from './slice-answer.js';

export interface CedarPdpOptions {
  /** The name of `Action::"…"` that a purpose is asked under; its own by default. */
  readonly actionOf?: (purpose: Purpose) => string;
  /** Told of every load that changed something or failed anew, the first one included. Must not throw. */
  readonly onReload?: (outcome: LoadOutcome) => void;
  /** Told file, line and `@id` of a policy that failed while it was evaluated, which is a deny. Must not throw. */
  readonly onFailedPolicy?: (policy: string) => void;
  /** Told of a failure of Cedar itself, after which a new instance answers. Must not throw. */
  readonly onCrash?: (error: unknown) => void;
  /** Between two looks at the folder. */
  readonly pollMs?: number;
  /** For how long the folder stands still before it is read. */
  readonly settleMs?: number;
  /** Policies that are parsed ahead at once, about 4 kB each. */
  readonly preparsedMax?: number;
  readonly instantiate?: () => CedarWasm;
}

const DEFAULTS = {
  actionOf: (purpose: Purpose): string => purpose,
  onReload: (): void => undefined,
  onFailedPolicy: (): void => undefined,
  onCrash: (): void => undefined,
  pollMs: 1_000,
  settleMs: 200,
  preparsedMax: 20_000,
  instantiate: instantiateCedar,
} as const satisfies Required<CedarPdpOptions>;

const PURPOSES = Object.keys(SCOPE_OF_PURPOSE) as Purpose[];
/** After so long on decisions, other requests get their turn. */
const TURN_MS = 10;

/** Decides with Cedar inside this process, by the policies of a folder that are read again whenever they change. */
export class CedarPdp extends PolicyDecisionPoint {
  override readonly engine = 'cedar';
  private readonly options: Required<CedarPdpOptions>;
  private readonly keeper: PolicyKeeper;
  private readonly runtime: CedarRuntime;

  /** Nothing is read before `load`. @param folder absolute */
  constructor(folder: string, options: CedarPdpOptions = {}) {
    super();
    this.options = { ...DEFAULTS, ...options };
    const { actionOf, pollMs, settleMs, preparsedMax, instantiate, onReload } = this.options;
    this.keeper = new PolicyKeeper(folder, PURPOSES.map(actionOf), { pollMs, settleMs }, onReload);
    this.runtime = new CedarRuntime(instantiate, preparsedMax);
  }

  /** A decision point that can decide. @throws PolicySetError naming file, line and policy of what is wrong */
  static async load(folder: string, options?: CedarPdpOptions): Promise<CedarPdp> {
    const pdp = new CedarPdp(folder, options);
    await pdp.load();
    return pdp;
  }

  /** Reads the policies and watches the folder from then on. @throws PolicySetError */
  async load(): Promise<void> {
    // The instance is made here while the policies are read in a thread of their own.
    await Promise.all([this.keeper.load(), Promise.resolve().then(() => this.runtime.start())]);
  }

  /** Reads the folder now rather than when it is seen to have changed. @returns whether what it holds decides now */
  reload(): Promise<boolean> {
    return this.keeper.reload();
  }

  override close(): Promise<void> {
    return this.keeper.close();
  }

  override get generation(): string {
    return this.policies().generation;
  }

  override needsFacts(questions: readonly PolicyQuestion[]): readonly boolean[] {
    const { index } = this.policies();
    return questions.map((question) => index.findSlice(this.ask(question).keys)?.readsFacts === true);
  }

  /** Decides by the set that `generation` names at the moment of the call, also when another one is loaded meanwhile. */
  override async decide(questions: readonly PolicyQuestion[]): Promise<readonly PolicyDecision[]> {
    const policies = this.policies();
    const decisions: PolicyDecision[] = [];
    const turn = { endsAt: performance.now() + TURN_MS };
    for (const question of questions) decisions.push(await this.decideOne(policies, question, turn));
    return decisions;
  }

  override checkHealth(): Promise<PolicyHealth> {
    if (this.keeper.current === undefined) return Promise.resolve({ usable: false, state: 'not-loaded' });
    return Promise.resolve({ usable: true, state: this.keeper.isStale ? 'reload-failed' : 'ok' });
  }

  private async decideOne(
    policies: PolicySet,
    question: PolicyQuestion,
    turn: { endsAt: number },
  ): Promise<PolicyDecision> {
    try {
      return conclude(await this.answer(policies, question, turn));
    } catch (error) {
      this.options.onCrash(error);
      return { effect: 'none' };
    }
  }

  /** Undefined where the question does not fit the schema. @throws Error where Cedar failed */
  private async answer(
    { index, schema }: PolicySet,
    question: PolicyQuestion,
    turn: { endsAt: number },
  ): Promise<SliceAnswer | undefined> {
    const asked = this.ask(question);
    const slice = index.findSlice(asked.keys);
    const answer = new SliceAnswer();
    if (slice === undefined) return answer;
    const call = asked.findCall(slice.mentions);
    if (call === undefined) return undefined;
    for (const chunk of slice.chunks) {
      if (performance.now() > turn.endsAt) {
        await letOthers();
        turn.endsAt = performance.now() + TURN_MS;
      }
      const part = this.runtime.evaluate(chunk, schema, call);
      if (part === undefined) return undefined;
      answer.add(part);
    }
    for (const { name } of answer.failed) this.options.onFailedPolicy(name);
    return answer;
  }

  private ask(question: PolicyQuestion): CedarQuestion {
    return new CedarQuestion(question, this.options.actionOf(question.purpose));
  }

  private policies(): PolicySet {
    const { current } = this.keeper;
    if (current === undefined) throw new SecretError('PDP_UNAVAILABLE');
    return current;
  }
}

function conclude(answer: SliceAnswer | undefined): PolicyDecision {
  const decisionId = `cedar-${randomUUID()}`;
  const permits = answer?.determining ?? [];
  if (permits.length === 0) return { effect: 'deny', decisionId };
  const bounds = tightestObligations(permits.map(({ obligations }) => obligations));
  return bounds === 'unknown'
    ? { effect: 'unknown-obligation', decisionId }
    : { effect: 'permit', decisionId, bounds };
}
