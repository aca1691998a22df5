import { describeGap } from './record-row.js';
import { spellOut } from './shown-text.js';

/** @typedef {import('./record-store.js').Entry} Entry */

/** Fields by which other records of the same request, resource or caller are found. */
const LINKS = new Set(['subject', 'client_id', 'resource_ref', 'decision_id', 'correlation_id', 'trace_id']);

/** One record with all its fields. */
export class RecordDetails {
  #find;
  #onSearch;
  /** @type {Entry | undefined} */
  #entry;

  /**
   * @param {(id: string) => HTMLElement} find
   * @param {{ onSearch: (text: string) => void, onCopied: (text: string) => void }} told
   */
  constructor(find, { onSearch, onCopied }) {
    this.#find = find;
    this.#onSearch = onSearch;
    find('details-close').addEventListener('click', () => this.close());
    const copy = find('details-copy');
    // Only over https and on loopback.
    copy.hidden = !isSecureContext;
    copy.addEventListener('click', () => {
      const text = JSON.stringify(this.#entry?.record ?? this.#entry?.gap, undefined, 2);
      navigator.clipboard.writeText(text).then(
        () => onCopied('Copied.'),
        () => onCopied('The browser did not let it be copied.'),
      );
    });
  }

  get isOpen() {
    return !this.#find('details').hidden;
  }

  /**
   * @param {Entry} entry
   * @param {{ takesFocus?: boolean }} [options]
   */
  open(entry, { takesFocus = false } = {}) {
    this.#entry = entry;
    const title = this.#find('details-title');
    title.textContent = entry.record === undefined ? 'Gap' : `${entry.record.event}, ${entry.record.effect}`;
    const fields = entry.record ?? { ...entry.gap, meaning: describeGap(entry.gap) };
    const list = this.#find('details-fields');
    list.replaceChildren(...Object.entries(fields).flatMap(([name, value]) => this.#describe(name, value)));
    list.scrollTop = 0;
    this.#find('details').hidden = false;
    if (takesFocus) title.focus();
  }

  close() {
    const details = this.#find('details');
    const hadFocus = details.contains(document.activeElement);
    details.hidden = true;
    this.#entry = undefined;
    if (hadFocus) this.#find('records').focus();
  }

  /**
   * @param {string} name
   * @param {unknown} value
   */
  #describe(name, value) {
    const term = document.createElement('dt');
    term.textContent = name;
    const definition = document.createElement('dd');
    const text = document.createElement('bdi');
    text.textContent = spellOut(typeof value === 'string' ? value : JSON.stringify(value));
    if (value === null) text.className = 'none';
    definition.append(text);
    if (LINKS.has(name) && typeof value === 'string') definition.append(this.#makeSearch(name, value));
    return [term, definition];
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  #makeSearch(name, value) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Find';
    button.ariaLabel = `Find records of this ${name}`;
    button.addEventListener('click', () => this.#onSearch(value));
    return button;
  }
}
