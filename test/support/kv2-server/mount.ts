import type { StoreCall } from './store-call.js';
import type { StoreReply } from './store-reply.js';

export interface Mount {
  /** What `options.version` of the mount says. */
  readonly version: '1' | '2';
  /** Whether a write is an update (true) or a create, for the policy. */
  exists(path: string): boolean;
  /** `call.path` is relative to the mount. */
  handle(call: StoreCall): StoreReply;
}
