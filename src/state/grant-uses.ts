/**
 * The uses of a grant as they are.
 * @throws RangeError for less than one, a part or NaN: taking one off would leave a grant that is never used up
 */
export function grantUses(uses: number): number {
  if (Number.isSafeInteger(uses) && uses >= 1) return uses;
  throw new RangeError('the uses of a grant are an integer of at least 1');
}
