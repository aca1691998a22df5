/** @typedef {import('./audit-client.js').AuditRecord} AuditRecord */
/**
 * A line of the list: a record, or the place where some are missing.
 * @typedef {{ record: AuditRecord, gap?: undefined, haystack?: string }
 *   | { record?: undefined, gap: { missed: number | null, time: string } }} Entry
 */
/**
 * What changed: how many lines came in at the top, and whether those below are others than before.
 * @typedef {{ added: number, isOther: boolean }} Change
 */

/** A page that is open all day must not grow all day. */
const RECORDS_MAX = 20_000;
/** Cut off in one go, since each cut moves the whole list. */
const SLACK = 1_000;

/** Every line that the page knows, and those of them that the filter lets through. Oldest first. */
export class RecordStore {
  /** @type {Entry[]} */
  #entries = [];
  /** @type {Entry[]} */
  #shown = [];
  /** @type {Entry[]} */
  #waiting = [];
  #ids = new Set();
  /** @type {(record: AuditRecord, entry: Entry) => boolean} */
  #matches = () => true;
  #isPaused = false;
  #gaps = 0;
  #onChange;

  /** @param {(change: Change) => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  get shown() {
    return this.#shown;
  }

  /** Records, without the gaps between them. */
  get total() {
    return this.#entries.length - this.#gaps;
  }

  /** Records that the filter lets through. A gap is shown under every filter. */
  get shownTotal() {
    return this.#shown.length - this.#gaps;
  }

  /** Lines that came since the list was paused. */
  get waitingCount() {
    return this.#waiting.length;
  }

  get isPaused() {
    return this.#isPaused;
  }

  /** @param {AuditRecord[]} records newer than all before, oldest first; what is known already is left out */
  add(records) {
    this.#take(this.#entriesOf(records));
  }

  /** @param {number | null} missed */
  addGap(missed) {
    this.#take([{ gap: { missed, time: new Date().toISOString() } }]);
  }

  /** @param {AuditRecord[]} records older than all before, oldest first */
  addOlder(records) {
    const room = Math.max(0, RECORDS_MAX - this.#entries.length);
    const entries = this.#entriesOf(records.slice(Math.max(0, records.length - room)));
    this.#entries = [...entries, ...this.#entries];
    this.#shown = [...entries.filter((entry) => this.#lets(entry)), ...this.#shown];
    this.#onChange({ added: 0, isOther: false });
  }

  /** @param {(record: AuditRecord, entry: Entry) => boolean} matches */
  setFilter(matches) {
    this.#matches = matches;
    this.#shown = this.#entries.filter((entry) => this.#lets(entry));
    this.#onChange({ added: 0, isOther: true });
  }

  /** The list stands still while records go on coming; at the end of it they are let in. */
  setPaused(/** @type {boolean} */ isPaused) {
    this.#isPaused = isPaused;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#take(waiting);
  }

  clear() {
    this.#entries = [];
    this.#shown = [];
    this.#waiting = [];
    this.#ids.clear();
    this.#gaps = 0;
    this.#onChange({ added: 0, isOther: true });
  }

  /**
   * @param {AuditRecord[]} records
   * @returns {Entry[]}
   */
  #entriesOf(records) {
    const fresh = records.filter(({ id }) => !this.#ids.has(id));
    for (const { id } of fresh) this.#ids.add(id);
    return fresh.map((record) => ({ record }));
  }

  /** @param {Entry[]} entries */
  #take(entries) {
    if (this.#isPaused) {
      this.#waiting.push(...entries);
      this.#forget(this.#waiting.splice(0, excessOf(this.#waiting)));
      this.#onChange({ added: 0, isOther: false });
      return;
    }
    const shown = entries.filter((entry) => this.#lets(entry));
    this.#entries.push(...entries);
    this.#shown.push(...shown);
    const removed = this.#entries.splice(0, excessOf(this.#entries));
    this.#gaps += countGaps(entries) - countGaps(removed);
    this.#forget(removed);
    this.#shown.splice(0, removed.filter((entry) => this.#lets(entry)).length);
    this.#onChange({ added: shown.length, isOther: false });
  }

  /** @param {Entry[]} entries */
  #forget(entries) {
    for (const { record } of entries) this.#ids.delete(record?.id);
  }

  /**
   * A gap is shown under every filter: what is missing might have matched.
   * @param {Entry} entry
   */
  #lets(entry) {
    return entry.record === undefined || this.#matches(entry.record, entry);
  }
}

/** @param {Entry[]} entries */
function countGaps(entries) {
  return entries.filter(({ gap }) => gap !== undefined).length;
}

/** @param {Entry[]} entries */
function excessOf(entries) {
  return entries.length > RECORDS_MAX + SLACK ? entries.length - RECORDS_MAX : 0;
}
