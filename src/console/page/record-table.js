import { makeRow } from './record-row.js';

/** @typedef {import('./record-store.js').Entry} Entry */

/** Rows above and below the ones in sight. */
const OVERSCAN = 10;
const ROW_HEIGHT_PX = 28;

/**
 * A grid that has only the rows in sight in the page, and says so in ARIA (aria-rowcount, aria-rowindex). The focus
 * stays on the grid and names the active row (aria-activedescendant), so that it is not lost when a row goes out of sight.
 */
export class RecordTable {
  #scroller;
  #sizer;
  #table;
  #body;
  /** @type {Entry[]} oldest first */
  #entries = [];
  /** @type {Map<Entry, HTMLTableRowElement>} */
  #rows = new Map();
  /** @type {Entry | undefined} */
  #active;
  #rowHeight = ROW_HEIGHT_PX;

  /**
   * @param {{ scroller: HTMLElement, sizer: HTMLElement, table: HTMLTableElement, body: HTMLTableSectionElement }} parts
   * @param {(entry: Entry) => void} onChoose told of a click on a row
   */
  constructor({ scroller, sizer, table, body }, onChoose) {
    this.#scroller = scroller;
    this.#sizer = sizer;
    this.#table = table;
    this.#body = body;
    scroller.addEventListener('scroll', () => this.#render(), { passive: true });
    new ResizeObserver(() => this.#render()).observe(scroller);
    body.addEventListener('click', ({ target }) => {
      const row = target instanceof Element ? target.closest('tr') : null;
      for (const [entry, element] of this.#rows) {
        if (element !== row) continue;
        this.#setActive(entry);
        onChoose(entry);
      }
    });
  }

  get active() {
    return this.#active;
  }

  get isAtTop() {
    return this.#scroller.scrollTop < this.#rowHeight;
  }

  /**
   * What is in sight stays where it is, unless that is the top.
   * @param {Entry[]} entries oldest first
   * @param {import('./record-store.js').Change} change
   */
  show(entries, { added, isOther }) {
    const wasAtTop = this.isAtTop;
    this.#entries = entries;
    this.#table.ariaRowCount = String(entries.length + 1);
    this.#stretch();
    if (isOther) this.#scroller.scrollTop = 0;
    else if (!wasAtTop && added > 0) this.#scroller.scrollTop += added * this.#rowHeight;
    this.#render();
    this.#measure();
  }

  /** Gives the scroller the height that all rows together would have. */
  #stretch() {
    this.#sizer.style.height = `${this.#headHeight() + this.#entries.length * this.#rowHeight}px`;
  }

  /** Rows are higher than meant where the reader has asked for larger letters. */
  #measure() {
    const height = this.#body.rows[0]?.getBoundingClientRect().height ?? this.#rowHeight;
    if (Math.abs(height - this.#rowHeight) < 0.5) return;
    this.#rowHeight = height;
    this.#stretch();
    this.#render();
  }

  scrollToTop() {
    this.#scroller.scrollTop = 0;
    this.#render();
  }

  /**
   * Makes another row the active one.
   * @param {'up' | 'down' | 'pageUp' | 'pageDown' | 'first' | 'last'} step
   * @returns {Entry | undefined} the active one
   */
  move(step) {
    const last = this.#entries.length - 1;
    if (last < 0) return undefined;
    const page = Math.max(1, Math.floor(this.#bodyHeight() / this.#rowHeight) - 1);
    const from = this.#active === undefined ? -1 : this.#indexOf(this.#active);
    const steps = { up: -1, down: 1, pageUp: -page, pageDown: page, first: -Infinity, last: Infinity };
    const index = Math.min(last, Math.max(0, from + steps[step]));
    this.#setActive(this.#entryAt(index));
    this.#reveal(index);
    return this.#active;
  }

  /** @param {Entry | undefined} entry */
  #setActive(entry) {
    this.#active = entry;
    this.#render();
  }

  #reveal(/** @type {number} */ index) {
    const top = index * this.#rowHeight;
    const { scrollTop } = this.#scroller;
    const bottom = top + this.#rowHeight - this.#bodyHeight();
    if (top < scrollTop) this.#scroller.scrollTop = top;
    else if (bottom > scrollTop) this.#scroller.scrollTop = bottom;
    this.#render();
  }

  #render() {
    const { scrollTop } = this.#scroller;
    const count = this.#entries.length;
    const inSight = Math.ceil(Math.max(this.#bodyHeight(), this.#rowHeight * 10) / this.#rowHeight);
    const first = Math.max(0, Math.min(Math.floor(scrollTop / this.#rowHeight), count) - OVERSCAN);
    const end = Math.min(count, first + inSight + 2 * OVERSCAN);
    this.#table.style.top = `${first * this.#rowHeight}px`;
    this.#place(this.#rowsBetween(first, end));
    const active = this.#active && this.#rows.get(this.#active);
    if (active === undefined) this.#table.removeAttribute('aria-activedescendant');
    else this.#table.setAttribute('aria-activedescendant', active.id);
  }

  /**
   * @param {number} first
   * @param {number} end
   * @returns {Map<Entry, HTMLTableRowElement>} top down
   */
  #rowsBetween(first, end) {
    const rows = new Map();
    for (let index = first; index < end; index += 1) {
      const entry = this.#entryAt(index);
      const row = this.#rows.get(entry) ?? makeRow(entry);
      row.ariaRowIndex = String(index + 2);
      row.ariaSelected = String(entry === this.#active);
      rows.set(entry, row);
    }
    return rows;
  }

  /** Rows that stay are not touched: a selection of text in them stays too. */
  #place(/** @type {Map<Entry, HTMLTableRowElement>} */ rows) {
    for (const [entry, row] of this.#rows) if (!rows.has(entry)) row.remove();
    let next = this.#body.firstElementChild;
    for (const row of rows.values()) {
      if (row === next) next = row.nextElementSibling;
      else this.#body.insertBefore(row, next);
    }
    this.#rows = rows;
  }

  #headHeight() {
    return this.#table.tHead?.offsetHeight ?? 0;
  }

  #bodyHeight() {
    return this.#scroller.clientHeight - this.#headHeight();
  }

  /** @returns {Entry} the index counts from the newest */
  #entryAt(/** @type {number} */ index) {
    return /** @type {Entry} */ (this.#entries[this.#entries.length - 1 - index]);
  }

  #indexOf(/** @type {Entry} */ entry) {
    const place = this.#entries.lastIndexOf(entry);
    return place < 0 ? -1 : this.#entries.length - 1 - place;
  }
}
