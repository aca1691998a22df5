import type { PolicyDecision } from '../../ports/policy-decision.port.js';
import type { JsonObject } from '../../secrets/json.js';
import { readDecision, readDecisions } from './authzen-answer.js';
import type { AuthzenDiscovery, PdpEndpoints } from './authzen-discovery.js';
import { AuthzenFailure } from './authzen-failure.js';
import type { Evaluation } from './authzen-question.js';
import type { AuthzenClient } from './authzen.client.js';
import { planBatches } from './question-batches.js';
import type { PlacedEvaluation } from './question-batches.js';

export interface InquiryOptions {
  readonly client: AuthzenClient;
  readonly discovery: AuthzenDiscovery;
  readonly requestId: string;
  /** Of all calls together. */
  readonly timeoutMs: number;
  readonly batchMax: number;
  /** The default context of a batch: Cerbos looks only there for what it is to add. */
  readonly context: Readonly<Record<string, unknown>>;
  readonly onFailure: (failure: AuthzenFailure) => void;
}

type Batch = readonly PlacedEvaluation[];

const CALLS_AT_ONCE = 8;
/** What a decision point answers where it knows no such endpoint. */
const NO_ENDPOINT: ReadonlySet<number | undefined> = new Set([404, 405, 410, 501]);

/** The calls of one decision, under one deadline. What fails leaves its questions without a decision. */
export class AuthzenInquiry {
  private readonly decisions: PolicyDecision[];
  private readonly deadline = new AbortController();

  constructor(
    private readonly questions: readonly Evaluation[],
    private readonly options: InquiryOptions,
  ) {
    this.decisions = questions.map(() => ({ effect: 'none' }));
  }

  /** One decision for each question, in their order. */
  async run(): Promise<readonly PolicyDecision[]> {
    const timer = setTimeout(() => this.deadline.abort(), this.options.timeoutMs);
    try {
      const endpoints = await this.options.discovery.getEndpoints();
      const batchMax = endpoints.evaluations === undefined ? 1 : this.options.batchMax;
      const unasked = await this.sendAll(planBatches(this.questions, batchMax), endpoints);
      await this.sendAll(unasked, endpoints);
    } catch (error) {
      this.report(error);
    } finally {
      clearTimeout(timer);
    }
    return this.decisions;
  }

  /** @returns one by one the questions of batches that the decision point has no endpoint for */
  private async sendAll(batches: readonly Batch[], endpoints: PdpEndpoints): Promise<Batch[]> {
    const waiting = [...batches];
    const unasked: Batch[] = [];
    const work = async (): Promise<void> => {
      for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) {
        if (!(await this.send(batch, endpoints))) unasked.push(...batch.map((placed) => [placed]));
      }
    };
    await Promise.all(Array.from({ length: Math.min(CALLS_AT_ONCE, batches.length) }, work));
    return unasked;
  }

  /** @returns false where there is no endpoint for a batch */
  private async send(batch: Batch, endpoints: PdpEndpoints): Promise<boolean> {
    try {
      const decisions = await this.ask(batch, endpoints);
      batch.forEach(({ index }, place) => (this.decisions[index] = decisions[place] ?? { effect: 'none' }));
      if (decisions.some(({ effect }) => effect === 'none')) throw new AuthzenFailure('malformed');
    } catch (error) {
      const isMissing = error instanceof AuthzenFailure && NO_ENDPOINT.has(error.status);
      if (isMissing && batch.length > 1) {
        this.options.discovery.forgetBatch();
        return false;
      }
      if (isMissing) this.options.discovery.forget();
      this.report(error);
    }
    return true;
  }

  private async ask(batch: Batch, { evaluation, evaluations }: PdpEndpoints): Promise<PolicyDecision[]> {
    const questions = batch.map((placed) => placed.evaluation);
    const [only] = questions;
    if (only !== undefined && questions.length === 1) {
      return [readDecision(await this.call(evaluation, only), only)];
    }
    // Whole questions: nothing rests on how a decision point merges defaults.
    const body = { context: this.options.context, evaluations: questions };
    if (evaluations === undefined) throw new AuthzenFailure('endpoint');
    return readDecisions(await this.call(evaluations, body), questions);
  }

  private call(url: string, body: object): Promise<JsonObject> {
    const { client, requestId } = this.options;
    return client.call({ url, body: JSON.stringify(body), requestId, signal: this.deadline.signal });
  }

  private report(error: unknown): void {
    if (!(error instanceof AuthzenFailure)) throw error;
    this.options.onFailure(error);
  }
}
