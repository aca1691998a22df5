import type { Caller } from './caller.js';
import type { Purpose } from './operations.js';
import type { Resource } from './resource.js';
import type { SecretUri } from './secret-uri.js';

/**
 * Proof that one purpose on one resource was permitted to one caller. Services take a grant and no address:
 * what was decided on is what is touched. Only the enforcement point makes one; a test holds that.
 */
export class Grant<Granted extends Resource = SecretUri> {
  constructor(
    readonly purpose: Purpose,
    readonly resource: Granted,
    readonly caller: Caller,
    readonly decisionId: string,
    /** Of the request that it was made for. */
    readonly correlationId: string,
  ) {
    Object.freeze(this);
  }
}
