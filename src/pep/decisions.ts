import { Injectable } from '@nestjs/common';
import { Metrics } from '../observability/metrics.js';
import { inSpan } from '../observability/trace-context.js';
import { PolicyDecisionPoint } from '../ports/policy-decision.port.js';
import type { PolicyDecision, PolicyQuestion, ResourceFacts } from '../ports/policy-decision.port.js';
import type { Purpose } from '../secrets/operations.js';
import { SecretError } from '../secrets/secret.errors.js';
import { GrantStore } from './grant-store.js';
import type { GrantScopes, StoredDenial } from './grant-store.js';
import { ResourceFactsReader } from './resource-facts.js';

/** A question whose facts are not read yet. */
export type AccessQuestion = Omit<PolicyQuestion, 'facts'>;

const NO_FACTS: ResourceFacts = {};
const NO_DECISION: PolicyDecision = { effect: 'none' };
/** Reads of facts at once for the entries of a listing. */
const FACT_READERS = 16;

/** Gets decisions: from a grant that is left, from a denial that is remembered, else from the decision point. */
@Injectable()
export class Decisions {
  constructor(
    private readonly decisionPoint: PolicyDecisionPoint,
    private readonly grants: GrantStore,
    private readonly facts: ResourceFactsReader,
    private readonly metrics: Metrics,
  ) {
    // A series that begins with its first failure has no increase to alert on.
    this.metrics.decisions.inc({ engine: decisionPoint.engine, outcome: 'none' }, 0);
  }

  /**
   * One outcome for each question, in their order: the id of the decision that permits, or the refusal
   * (SECRET_AUTHZ_FAILED, OBLIGATION_UNKNOWN, PDP_UNAVAILABLE). What is not kept from before is asked as one list.
   * @throws SecretError PDP_UNAVAILABLE, STATE_UNAVAILABLE, and what a store fails with while facts are read
   */
  async decideEach(questions: readonly AccessQuestion[]): Promise<readonly (string | SecretError)[]> {
    const kept = await Promise.all(questions.map((question) => this.findKept(question)));
    const open = questions.filter((_, index) => kept[index] === undefined);
    const decided = (open.length === 0 ? [] : await this.decideAnew(open)).values();
    return kept.map((outcome) => outcome ?? decided.next().value ?? new SecretError('PDP_UNAVAILABLE'));
  }

  /** One answer for each question, in their order; keeps nothing. */
  async permitsEach(questions: readonly AccessQuestion[]): Promise<readonly boolean[]> {
    const decisions = await this.ask(questions);
    return questions.map((_, index) => decisions[index]?.effect === 'permit');
  }

  /** A permit that is left, or a denial that is remembered. */
  private async findKept(question: AccessQuestion): Promise<string | SecretError | undefined> {
    // Nothing was decided that could be kept.
    if (this.decisionPoint.engine === 'none') return undefined;
    const left = await this.grants.takeUse(question);
    if (left !== undefined) return this.counted('grant', left);
    const denial = await this.grants.findDenial(question);
    return denial && this.counted('denial', refusal(denial, question.purpose));
  }

  private async decideAnew(questions: readonly AccessQuestion[]): Promise<readonly (string | SecretError)[]> {
    // Before the facts are read: where they change meanwhile, the grant is void from the start.
    const scopes = await Promise.all(questions.map((question) => this.grants.readScopes(question)));
    const decisions = await this.ask(questions);
    return Promise.all(
      questions.map(async (question, index) => {
        const decision = this.counted(decisions[index]?.effect ?? 'none', decisions[index] ?? NO_DECISION);
        await this.keep(question, decision, scopes[index]);
        return outcomeOf(decision, question.purpose);
      }),
    );
  }

  private async keep(
    question: AccessQuestion,
    decision: PolicyDecision,
    scopes: GrantScopes | undefined,
  ): Promise<void> {
    if (this.decisionPoint.engine === 'none' || scopes === undefined || decision.effect === 'none') return;
    if (decision.effect === 'permit')
      await this.grants.keep(question, decision.decisionId, decision.bounds, scopes);
    else await this.grants.keepDenial(question, decision);
  }

  private async ask(questions: readonly AccessQuestion[]): Promise<readonly PolicyDecision[]> {
    const plain = questions.map((question) => ({ ...question, facts: NO_FACTS }));
    const { generation } = this.decisionPoint;
    const complete = await this.completeEach(plain, this.decisionPoint.needsFacts(plain));
    // Policies that came meanwhile may look at facts that were not read.
    if (generation !== this.decisionPoint.generation) return this.ask(questions);
    return this.decide(complete);
  }

  private async decide(questions: readonly PolicyQuestion[]): Promise<readonly PolicyDecision[]> {
    const { engine } = this.decisionPoint;
    const stop = this.metrics.decisionDuration.startTimer({ engine });
    const attributes = { 'secrets.pdp.engine': engine, 'secrets.pdp.questions': questions.length };
    try {
      return await inSpan(
        () => ({ name: `decide ${engine}`, kind: 'internal', attributes }),
        async (span) => {
          const decisions = await this.decisionPoint.decide(questions);
          if (decisions.some(({ effect }) => effect === 'none')) span?.fail('PDP_UNAVAILABLE');
          return decisions;
        },
      );
    } finally {
      stop();
    }
  }

  private counted<T>(outcome: string, result: T): T {
    this.metrics.decisions.inc({ engine: this.decisionPoint.engine, outcome });
    return result;
  }

  private async completeEach(
    questions: readonly PolicyQuestion[],
    needed: readonly boolean[],
  ): Promise<PolicyQuestion[]> {
    const complete = [...questions];
    const pending = questions.flatMap((question, index) =>
      needed[index] === true ? [{ question, index }] : [],
    );
    const work = pending.values();
    const reader = async (): Promise<void> => {
      for (const { question, index } of work) {
        complete[index] = { ...question, facts: await this.facts.read(question.resource) };
      }
    };
    await Promise.all(Array.from({ length: Math.min(FACT_READERS, pending.length) }, reader));
    return complete;
  }
}

function outcomeOf(decision: PolicyDecision, purpose: Purpose): string | SecretError {
  switch (decision.effect) {
    case 'permit':
      return decision.decisionId;
    case 'deny':
    case 'unknown-obligation':
      return refusal(decision, purpose);
    case 'none':
      return new SecretError('PDP_UNAVAILABLE');
    default:
      return decision satisfies never;
  }
}

function refusal({ effect, decisionId }: StoredDenial, purpose: Purpose): SecretError {
  const code = effect === 'deny' ? 'SECRET_AUTHZ_FAILED' : 'OBLIGATION_UNKNOWN';
  return new SecretError(code, undefined, { purpose, decision_id: decisionId });
}
