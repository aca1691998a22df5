import type { Caller } from '../secrets/caller.js';
import type { Sealed } from '../secrets/sealed.js';

/** A request that bears an Idempotency-Key: whose it is, and what tells it from another one under the same key. */
export interface IdempotentRequest {
  /** As it was sent. */
  readonly key: string;
  readonly caller: Caller;
  /** The operationId. */
  readonly operation: string;
  /** Body and conditions as one text: equal texts are the same request. */
  readonly content: Sealed<string>;
}
