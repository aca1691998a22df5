/** Characters that show nothing themselves and change how others read: they could make a name look like another one. */
const DECEPTIVE = /[\p{Cc}\p{Cs}\p{Bidi_Control}\p{Zl}\p{Zp}\u00ad\u200b\u2060\ufeff]/gu;

/**
 * Text of others as it may stand on the page: what deceives is spelled out as `\u{202E}`.
 * @param {string} text
 */
export function spellOut(text) {
  return text.replace(DECEPTIVE, (character) => {
    const digits = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return `\\u{${digits}}`;
  });
}

/**
 * @param {string} text
 * @param {number} max in UTF-16 code units
 */
export function shorten(text, max) {
  return text.length <= max
    ? text
    : `${text
        .slice(0, max)
        .toWellFormed()
        .replace(/\ufffd$/, '')}…`;
}

/**
 * A time of day, with the day where it is not today's.
 * @param {string} time ISO 8601
 * @param {Date} [now]
 */
export function showTime(time, now = new Date()) {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return shorten(spellOut(time), 40);
  const two = (/** @type {number} */ number) => String(number).padStart(2, '0');
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  const ofDay = `${clock}.${String(date.getMilliseconds()).padStart(3, '0')}`;
  if (date.toDateString() === now.toDateString()) return ofDay;
  return `${two(date.getMonth() + 1)}-${two(date.getDate())} ${ofDay}`;
}
