/**
 * One event of a stream.
 * @typedef {object} ServerSentEvent
 * @property {string} event `message` where the stream names none
 * @property {string} data
 * @property {string} lastEventId of the stream so far
 */

/** Server-sent events out of pieces of text that are cut anywhere (WHATWG HTML 9.2.6). */
export class SseParser {
  /** @type {number | undefined} milliseconds after which the server wants to be asked again */
  retryMs;
  #rest = '';
  #isAfterReturn = false;
  #event = '';
  /** @type {string[]} */
  #data = [];
  #lastEventId = '';

  /**
   * @param {string} text
   * @returns {ServerSentEvent[]} those that the text completes
   */
  push(text) {
    // A line feed behind a carriage return that ended the piece before belongs to the same line end.
    const piece = this.#isAfterReturn && text.startsWith('\n') ? text.slice(1) : text;
    if (text !== '') this.#isAfterReturn = text.endsWith('\r');
    const lines = (this.#rest + piece).split(/\r\n|\n|\r/);
    this.#rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.#take(line));
  }

  /**
   * @param {string} line
   * @returns {ServerSentEvent[]}
   */
  #take(line) {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'data') this.#data.push(value);
    else if (name === 'event') this.#event = value;
    else if (name === 'id' && !value.includes('\0')) this.#lastEventId = value;
    else if (name === 'retry' && /^\d{1,9}$/.test(value)) this.retryMs = Number(value);
    return [];
  }

  /** @returns {ServerSentEvent[]} */
  #dispatch() {
    const data = this.#data;
    const event = this.#event || 'message';
    this.#data = [];
    this.#event = '';
    return data.length === 0 ? [] : [{ event, data: data.join('\n'), lastEventId: this.#lastEventId }];
  }
}
