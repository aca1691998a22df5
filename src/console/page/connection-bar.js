import { asksForToken, describeConnection } from './connection-words.js';
import { shorten, spellOut } from './shown-text.js';

/** @typedef {import('./audit-follower.js').Connection} Connection */

const DETAIL_MAX = 400;

/** Shows how the page is connected, and takes the token where one is needed. */
export class ConnectionBar {
  #find;
  #client;
  /** @type {Connection} */
  #connection = { name: 'connecting' };

  /**
   * @param {(id: string) => HTMLElement} find
   * @param {import('./audit-client.js').AuditClient} client
   * @param {{ onRetry: () => void, onForget: () => void }} told
   */
  constructor(find, client, { onRetry, onForget }) {
    this.#find = find;
    this.#client = client;
    find('retry').addEventListener('click', onRetry);
    find('forget').addEventListener('click', () => {
      client.setToken('');
      onForget();
    });
    find('token-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#takeToken();
      onRetry();
    });
    setInterval(() => this.#countDown(), 1_000);
  }

  /** @param {Connection} connection */
  show(connection) {
    this.#connection = connection;
    const { label, help } = describeConnection(connection);
    this.#find('connection').dataset['state'] = connection.name;
    this.#find('connection-label').textContent = label;
    this.#find('connection-help').textContent = shorten(spellOut(help), DETAIL_MAX);
    this.#find('retry').hidden = connection.name !== 'waiting' && connection.name !== 'refused';
    this.#find('forget').hidden = !this.#client.hasToken;
    this.#showForm(asksForToken(connection));
    this.#countDown();
  }

  /** While an attempt is under way the form stays as it is: it would flicker otherwise. */
  #showForm(/** @type {boolean} */ isNeeded) {
    const form = this.#find('token-form');
    if (this.#connection.name === 'connecting' || form.hidden === !isNeeded) return;
    const hadFocus = form.contains(document.activeElement);
    form.hidden = !isNeeded;
    if (isNeeded) this.#find('token').focus();
    else if (hadFocus) this.#find('records').focus();
  }

  /** The field is emptied at once: from here on only the client has the token. */
  #takeToken() {
    const field = /** @type {HTMLInputElement} */ (this.#find('token'));
    this.#client.setToken(field.value);
    field.value = '';
  }

  #countDown() {
    const { name } = this.#connection;
    const leftMs = name === 'waiting' ? this.#connection.untilMs - Date.now() : 0;
    this.#find('connection-countdown').textContent =
      leftMs > 0 ? `next attempt in ${Math.ceil(leftMs / 1_000)} s` : '';
  }
}
