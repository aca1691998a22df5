import type { Caller } from '../secrets/caller.js';
import type { Purpose } from '../secrets/operations.js';
import type { SecretPrefix, SecretUri } from '../secrets/secret-uri.js';

/** May this caller use this resource for this purpose? */
export interface PolicyQuestion {
  readonly caller: Caller;
  readonly purpose: Purpose;
  readonly resource: SecretUri | SecretPrefix;
  readonly correlationId: string;
}

export interface PolicyDecision {
  readonly effect: 'permit' | 'deny';
  /** Names the decision in answers and records. */
  readonly decisionId: string;
}

/** Answers policy questions. An answer that is not a well-formed decision is no decision and never a permit. */
export abstract class PolicyDecisionPoint {
  /** One decision for each question, in their order. @throws SecretError PDP_UNAVAILABLE */
  abstract decide(questions: readonly PolicyQuestion[]): Promise<readonly PolicyDecision[]>;
}
