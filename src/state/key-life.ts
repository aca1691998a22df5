/**
 * The life of a key in whole milliseconds, at least 1: a proof is kept rather longer than asked than shorter.
 * @throws RangeError for what is no life, such as NaN: a fault of the caller that must not make a key for ever
 */
export function keyLifeMs(ttlMs: number): number {
  if (!Number.isFinite(ttlMs)) throw new RangeError('the life of a key is a finite number of milliseconds');
  return Math.max(1, Math.ceil(ttlMs));
}
