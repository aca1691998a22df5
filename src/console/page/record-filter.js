/** @typedef {import('./audit-client.js').AuditRecord} AuditRecord */
/** @typedef {import('./record-store.js').Entry} Entry */
/**
 * What has to hold for a record to be shown; an empty string asks nothing.
 * @typedef {{ text: string, effect: string, purpose: string, event: string, subject: string }} Wanted
 */

/**
 * @param {Wanted} wanted
 * @returns {(record: AuditRecord, entry: Entry) => boolean}
 */
export function makeFilter({ text, effect, purpose, event, subject }) {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const part = subject.toLowerCase();
  return (record, entry) =>
    (effect === '' || record.effect === effect) &&
    (purpose === '' || record.purpose === purpose) &&
    (event === '' || isEvent(record.event, event)) &&
    (part === '' || (record.subject ?? '').toLowerCase().includes(part)) &&
    (words.length === 0 || holdsAll(haystackOf(record, entry), words));
}

/**
 * @param {string} name
 * @param {string} wanted
 */
function isEvent(name, wanted) {
  return wanted.endsWith('.*') ? name.startsWith(wanted.slice(0, -1)) : name === wanted;
}

/**
 * @param {string} haystack
 * @param {string[]} words
 */
function holdsAll(haystack, words) {
  return words.every((word) => haystack.includes(word));
}

/**
 * Every value of a record, made at the first search and kept with its line.
 * @param {AuditRecord} record
 * @param {Entry & { haystack?: string }} entry
 */
function haystackOf(record, entry) {
  entry.haystack ??= Object.values(record)
    .filter((value) => value !== null)
    .map((value) => (typeof value === 'object' ? JSON.stringify(value) : String(value)))
    .join('\n')
    .toLowerCase();
  return entry.haystack;
}
