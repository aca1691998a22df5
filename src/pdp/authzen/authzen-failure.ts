/**
 * Why there is no decision.
 * - `unreachable`: no connection, or it broke;
 * - `timeout`: no whole answer in time;
 * - `status`: another status than 200, a redirect too;
 * - `content-type`, `oversized`, `malformed`: an answer that is not JSON of the expected form, or over the cap;
 * - `request-id`: the answer to another request;
 * - `identifier`: the discovery document of another decision point;
 * - `endpoint`: a discovery document without an endpoint that may be asked;
 * - `count`, `order`: not one answer for each question, in their order.
 */
export type AuthzenFailureReason =
  | 'unreachable'
  | 'timeout'
  | 'status'
  | 'content-type'
  | 'oversized'
  | 'malformed'
  | 'request-id'
  | 'identifier'
  | 'endpoint'
  | 'count'
  | 'order';

/** The decision point gave no answer that can be used. Neither message nor cause holds an address, a token or an answer. */
export class AuthzenFailure extends Error {
  override readonly name = 'AuthzenFailure';

  /** @param status of the answer, where `reason` is `status` */
  constructor(
    readonly reason: AuthzenFailureReason,
    readonly status?: number,
  ) {
    super(status === undefined ? reason : `${reason} ${status}`);
  }

  /** Whether the decision point is away rather than wrong. */
  get isTransient(): boolean {
    return this.reason === 'unreachable' || this.reason === 'timeout' || this.reason === 'status';
  }
}
