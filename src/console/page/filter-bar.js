import { makeFilter } from './record-filter.js';

/** @typedef {import('./record-filter.js').Wanted} Wanted */

const FIELDS = /** @type {const} */ (['text', 'effect', 'purpose', 'event', 'subject']);

/** The filters of the page. */
export class FilterBar {
  #find;
  #onFilter;

  /**
   * @param {(id: string) => HTMLElement} find
   * @param {(matches: ReturnType<typeof makeFilter>) => void} onFilter
   */
  constructor(find, onFilter) {
    this.#find = find;
    this.#onFilter = onFilter;
    for (const name of FIELDS) this.#field(name).addEventListener('input', () => this.#apply());
    find('reset').addEventListener('click', () => this.reset());
    // Browsers keep what was typed over a reload.
    this.#apply();
  }

  get isActive() {
    return FIELDS.some((name) => this.#field(name).value !== '');
  }

  reset() {
    for (const name of FIELDS) this.#field(name).value = '';
    this.#apply();
  }

  /** @param {string} text */
  searchFor(text) {
    this.reset();
    this.#field('text').value = text;
    this.#apply();
  }

  #apply() {
    const wanted = /** @type {Wanted} */ (
      Object.fromEntries(FIELDS.map((name) => [name, this.#field(name).value]))
    );
    this.#onFilter(makeFilter(wanted));
  }

  /** @returns {HTMLInputElement | HTMLSelectElement} */
  #field(/** @type {(typeof FIELDS)[number]} */ name) {
    return /** @type {HTMLInputElement | HTMLSelectElement} */ (this.#find(`filter-${name}`));
  }
}
