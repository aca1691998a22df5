/**
 * How an exchange with the store ended without a usable answer.
 * - `unreachable`: no connection was made, so nothing was sent;
 * - `never-sent`: every connection stayed busy until the time was over, so nothing was sent;
 * - `lost`: the connection broke after the call was sent and before any answer;
 * - `silent`: no whole answer in time;
 * - `garbled`: what came is not HTTP, or broke off;
 * - `oversized`: the answer is over the cap.
 */
export type TransportFaultKind = 'unreachable' | 'never-sent' | 'lost' | 'silent' | 'garbled' | 'oversized';

export class TransportFault extends Error {
  override readonly name = 'TransportFault';

  constructor(
    readonly kind: TransportFaultKind,
    options?: ErrorOptions,
  ) {
    super(kind, options);
  }
}
