import type { Caller } from '../secrets/caller.js';
import type { Grant } from '../secrets/grant.js';
import type { OperationId } from '../secrets/operations.js';
import type { Resource } from '../secrets/resource.js';
import type { ErrorCode, SecretError } from '../secrets/secret.errors.js';

/**
 * What is known of a request so far, step by step on its way: the one thing that steps share. A step fills its own
 * fields; whoever records the outcome finds here how far the request came.
 */
export interface RequestContext {
  readonly correlationId: string;
  /** Of the trace that the request belongs to: the caller's, else one of its own where traces are exported. */
  readonly traceId: string | null;
  /** `performance.now()` at the first step. */
  readonly startedAtMs: number;
  /** The route is declared to need nobody's name. */
  isPublic?: boolean;
  /** The body names the operations, and each of them is authorized and recorded by itself. */
  isPerOperation?: boolean;
  operation?: OperationId;
  caller?: Caller;
  /** The parsed address, or the audit trail; there from the moment the form was understood. */
  resource?: Resource;
  /** The call has a condition that only a store with versions can check. */
  needsVersions?: boolean;
  /** The record of what came of it; of the first part, where it has several. */
  recorded?: RecordedOutcome;
  /** What it was answered with, where it failed. */
  errorCode?: ErrorCode;
  grant?: Grant<Resource>;
  /** What else the request has to be permitted, in the order of the table: of a copy its destination. */
  further?: FurtherAccess[];
}

/** Of an audit record what log and trace repeat. */
export interface RecordedOutcome {
  readonly id: string;
  readonly time: string;
  readonly event: string;
  readonly effect: string;
  readonly resource_ref: string | null;
  readonly decision_id: string | null;
  readonly provider: string | null;
  readonly correlation_id: string;
  readonly trace_id: string | null;
}

export interface FurtherAccess {
  readonly operation: OperationId;
  readonly resource: Resource;
  grant?: Grant<Resource>;
  /** Its own refusal, where the request failed by that of another part. */
  refusal?: SecretError;
}

const CONTEXT = Symbol('secrets-api request context');

interface CarriesContext {
  [CONTEXT]?: RequestContext;
}

export function attachContext(request: object, context: RequestContext): void {
  (request as CarriesContext)[CONTEXT] = context;
}

/** @throws Error where the first step of a request was left out: a fault of the wiring */
export function contextOf(request: object): RequestContext {
  const context = (request as CarriesContext)[CONTEXT];
  if (context === undefined) throw new Error('the request has no context');
  return context;
}
