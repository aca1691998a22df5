/** Decimals as texts of JSON numbers, of any length: their values are compared without computing them. */

/** Whether the decimal value of the text is that of the shortest decimal form of its double: 0.10 is, 0.1000000000000000055 is not. */
export function isExactDouble(text: string): boolean {
  const double = Number(text);
  return Number.isFinite(double) && isSameDecimal(text, String(double));
}

/** Whether two texts name the same number: `1.0` and `1`, `1e2` and `100`. */
export function isSameDecimal(one: string, other: string): boolean {
  return one === other || normalized(one) === normalized(other);
}

/** Digits without outer zeros and a power of ten, so that equal values have equal texts. */
function normalized(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  // Not by /0+$/: that takes quadratic time, and a number of a body may have a million digits.
  let end = digits.length;
  while (digits[end - 1] === '0') end -= 1;
  if (end === 0) return '0';
  return `${sign}${digits.slice(0, end)}e${Number(exponent) - fraction.length + (digits.length - end)}`;
}
