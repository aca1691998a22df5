import type { JsonObject } from './go-json.js';

export type StoreOperation = 'read' | 'list' | 'scan' | 'update' | 'patch' | 'delete';

/** A request after its form was checked. */
export interface StoreCall {
  operation: StoreOperation;
  /** Decoded, without `/v1/` and namespace; ends in `/` for list and scan. */
  path: string;
  query: URLSearchParams;
  /** `{}` when the body is empty or `null`. */
  body: JsonObject;
}
