import type { PdpConfig } from '../../config/app-config.js';
import { PolicyDecisionPoint } from '../../ports/policy-decision.port.js';
import type { PolicyDecision, PolicyHealth, PolicyQuestion } from '../../ports/policy-decision.port.js';
import type { Purpose } from '../../secrets/operations.js';
import { SecretUri } from '../../secrets/secret-uri.js';
import { AuthzenDiscovery } from './authzen-discovery.js';
import { AuthzenFailure } from './authzen-failure.js';
import { AuthzenInquiry } from './authzen-inquiry.js';
import { toEvaluation } from './authzen-question.js';
import { AuthzenClient } from './authzen.client.js';

export type AuthzenSettings = Omit<Extract<PdpConfig, { engine: 'authzen' }>, 'engine'>;

export interface AuthzenPdpOptions {
  /** The name of the action that a purpose is asked under; its own by default. */
  readonly actionOf?: (purpose: Purpose) => string;
  /** Told of every call that brought no decision. Must not throw. */
  readonly onFailure?: (failure: AuthzenFailure) => void;
  /** For how long a discovery document counts. */
  readonly discoveryLifeMs?: number;
}

const DEFAULTS = {
  actionOf: (purpose: Purpose): string => purpose,
  onFailure: (): void => undefined,
  discoveryLifeMs: 300_000,
} as const satisfies Required<AuthzenPdpOptions>;

/**
 * Cerbos repeats the results of a whole batch in every element when it is asked for outputs: an answer grows with the square of
 * the batch. One of 50 takes 0.9 MB, close to the cap, and twice the time of five of 10 (Cerbos 0.55).
 */
const CERBOS_BATCH_MAX = 10;

/** Decides by asking a decision point that speaks the OpenID AuthZEN Authorization API 1.0. */
export class AuthzenPdp extends PolicyDecisionPoint {
  override readonly engine = 'authzen';
  /** The policies are out of sight. */
  override readonly generation = 'authzen';
  private readonly options: Required<AuthzenPdpOptions>;
  private readonly client: AuthzenClient;
  private readonly discovery: AuthzenDiscovery;
  private readonly batchMax: number;
  /** Whether the last decision lacked an answer. */
  private hasFailed = false;

  /** Nothing is asked before the first question: a decision point that is away stops no start. */
  constructor(
    private readonly settings: AuthzenSettings,
    options: AuthzenPdpOptions = {},
  ) {
    super();
    const { url, timeoutMs, batchMax, context } = settings;
    this.options = { ...DEFAULTS, ...options };
    this.client = new AuthzenClient(settings);
    this.discovery = new AuthzenDiscovery((call) => this.client.call(call), url, {
      timeoutMs,
      lifeMs: this.options.discoveryLifeMs,
    });
    const bringsOutputs = context['cerbos.includeMeta'] === true;
    this.batchMax = bringsOutputs ? Math.min(batchMax, CERBOS_BATCH_MAX) : batchMax;
  }

  /** YAML keeps no facts, and a folder has none. */
  override needsFacts(questions: readonly PolicyQuestion[]): readonly boolean[] {
    const { resourceAttributes } = this.settings;
    return questions.map(
      ({ resource }) => resourceAttributes && resource instanceof SecretUri && resource.scheme !== 'yaml',
    );
  }

  /** Takes `timeoutMs` at most. What is not answered well by then is `none`, which is all that a failure brings. */
  override async decide(questions: readonly PolicyQuestion[]): Promise<readonly PolicyDecision[]> {
    const [first] = questions;
    if (first === undefined) return [];
    let hasFailed = false;
    const inquiry = new AuthzenInquiry(
      questions.map((question) => this.toEvaluation(question)),
      {
        client: this.client,
        discovery: this.discovery,
        requestId: first.correlationId,
        timeoutMs: this.settings.timeoutMs,
        batchMax: this.batchMax,
        context: this.settings.context,
        onFailure: (failure) => {
          hasFailed = true;
          this.options.onFailure(failure);
        },
      },
    );
    const decisions = await inquiry.run();
    this.hasFailed = hasFailed;
    return decisions;
  }

  /**
   * By its metadata, which cost it nothing. `misconfigured`: those are of another decision point, or none that can be used;
   * `failing`: they can be had, yet the last question was not answered.
   */
  override async checkHealth(): Promise<PolicyHealth> {
    try {
      await this.discovery.refresh();
      return { usable: true, state: this.hasFailed ? 'failing' : 'ok' };
    } catch (error) {
      if (!(error instanceof AuthzenFailure)) throw error;
      return { usable: false, state: error.isTransient ? 'unreachable' : 'misconfigured' };
    }
  }

  /** Ends when what is under way has been answered. */
  override close(): Promise<void> {
    return this.client.close();
  }

  private toEvaluation(question: PolicyQuestion): ReturnType<typeof toEvaluation> {
    const { resourceAttributes, context } = this.settings;
    const action = this.options.actionOf(question.purpose);
    return toEvaluation(question, { action, sendsFacts: resourceAttributes, context });
  }
}
