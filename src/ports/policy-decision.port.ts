import type { Caller } from '../secrets/caller.js';
import type { Purpose } from '../secrets/operations.js';
import type { Resource } from '../secrets/resource.js';

/** What the store tells about a secret; empty where there is nothing, or where it was not asked. */
export interface ResourceFacts {
  readonly owner?: string;
  readonly created_by?: string;
  readonly created_at?: string;
}

/** May this caller use this resource for this purpose? */
export interface PolicyQuestion {
  readonly caller: Caller;
  readonly purpose: Purpose;
  readonly resource: Resource;
  /** From the store and never from the caller. */
  readonly facts: ResourceFacts;
  readonly correlationId: string;
}

/** How far a permit reaches; what is undefined is left to the service's defaults. */
export interface GrantBounds {
  readonly ttlSeconds: number | undefined;
  readonly maxUses: number | undefined;
}

/**
 * `unknown-obligation`: permitted under a condition that the service does not know or cannot read, which is a deny.
 * `none`: no well-formed decision on this question, which is never a permit.
 */
export type PolicyDecision =
  | { readonly effect: 'permit'; readonly decisionId: string; readonly bounds: GrantBounds }
  | { readonly effect: 'deny' | 'unknown-obligation'; readonly decisionId: string }
  | { readonly effect: 'none' };

/** State of a decision point for readiness and metrics. */
export interface PolicyHealth {
  readonly usable: boolean;
  /** A word for people: `ok`, `unreachable`, `reload-failed`. */
  readonly state: string;
}

/** Answers policy questions. An answer that is not a well-formed decision is no decision and never a permit. */
export abstract class PolicyDecisionPoint {
  /** As metrics name it. */
  abstract readonly engine: 'none' | 'cedar' | 'authzen';

  /**
   * Names the set of policies that decides now, equal in every process with the same policies; grants made under
   * another one are void. Constant where the policies cannot be seen from here.
   */
  abstract get generation(): string;

  /** For each question whether any policy that can match looks at facts: only then are they read from the store. */
  abstract needsFacts(questions: readonly PolicyQuestion[]): readonly boolean[];

  /** One decision for each question, in their order. @throws SecretError PDP_UNAVAILABLE where there is none at all */
  abstract decide(questions: readonly PolicyQuestion[]): Promise<readonly PolicyDecision[]>;

  abstract checkHealth(): Promise<PolicyHealth>;

  /** Ends what it keeps open, once every question has been answered. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}
