import { Injectable } from '@nestjs/common';
import { Metrics } from '../observability/metrics.js';
import { PolicyDecisionPoint } from '../ports/policy-decision.port.js';
import type { PolicyDecision, PolicyQuestion, ResourceFacts } from '../ports/policy-decision.port.js';
import type { Purpose } from '../secrets/operations.js';
import { SecretError } from '../secrets/secret.errors.js';
import { GrantStore } from './grant-store.js';
import type { StoredDenial } from './grant-store.js';
import { ResourceFactsReader } from './resource-facts.js';

/** A question whose facts are not read yet. */
export type AccessQuestion = Omit<PolicyQuestion, 'facts'>;

const NO_FACTS: ResourceFacts = {};
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
  ) {}

  /**
   * The id of the decision that permits.
   * @throws SecretError SECRET_AUTHZ_FAILED, OBLIGATION_UNKNOWN, PDP_UNAVAILABLE, STATE_UNAVAILABLE, and what a store
   *   fails with while facts are read
   */
  async permit(question: AccessQuestion): Promise<string> {
    // Nothing was decided that could be kept.
    if (this.decisionPoint.engine === 'none') return idOf(await this.ask(question), question.purpose);
    const left = await this.grants.takeUse(question);
    if (left !== undefined) return this.counted('grant', left);
    const denial = await this.grants.findDenial(question);
    if (denial !== undefined) throw this.counted('denial', refusal(denial, question.purpose));
    return this.decideAnew(question);
  }

  /** One answer for each question, in their order; keeps nothing. */
  async permitsEach(questions: readonly AccessQuestion[]): Promise<readonly boolean[]> {
    const plain = questions.map((question) => ({ ...question, facts: NO_FACTS }));
    const complete = await this.completeEach(plain, this.decisionPoint.needsFacts(plain));
    const decisions = await this.decisionPoint.decide(complete);
    return questions.map((_, index) => decisions[index]?.effect === 'permit');
  }

  private async decideAnew(question: AccessQuestion): Promise<string> {
    // Before the facts are read: where they change meanwhile, the grant is void from the start.
    const scopes = await this.grants.readScopes(question);
    const decision = await this.ask(question);
    if (decision.effect === 'permit')
      await this.grants.keep(question, decision.decisionId, decision.bounds, scopes);
    else if (decision.effect !== 'none') await this.grants.keepDenial(question, decision);
    return idOf(decision, question.purpose);
  }

  private async ask(question: AccessQuestion): Promise<PolicyDecision> {
    const plain = { ...question, facts: NO_FACTS };
    const [needsFacts = false] = this.decisionPoint.needsFacts([plain]);
    const complete = needsFacts ? { ...plain, facts: await this.facts.read(question.resource) } : plain;
    const [decision = { effect: 'none' } as const] = await this.decisionPoint.decide([complete]);
    return this.counted(decision.effect, decision);
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

function idOf(decision: PolicyDecision, purpose: Purpose): string {
  switch (decision.effect) {
    case 'permit':
      return decision.decisionId;
    case 'deny':
    case 'unknown-obligation':
      throw refusal(decision, purpose);
    case 'none':
      throw new SecretError('PDP_UNAVAILABLE');
    default:
      return decision satisfies never;
  }
}

function refusal({ effect, decisionId }: StoredDenial, purpose: Purpose): SecretError {
  const code = effect === 'deny' ? 'SECRET_AUTHZ_FAILED' : 'OBLIGATION_UNKNOWN';
  return new SecretError(code, undefined, { purpose, decision_id: decisionId });
}
