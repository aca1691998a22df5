import { RefusedError } from './audit-client.js';
import { SseParser } from './sse-parser.js';

/** @typedef {import('./audit-client.js').AuditRecord} AuditRecord */
/**
 * @typedef {{ name: 'connecting' | 'live' }
 *   | { name: 'waiting', refusal: RefusedError | undefined, untilMs: number }
 *   | { name: 'refused', refusal: RefusedError }} Connection `untilMs` in the time of `Date.now()`
 */
/**
 * Who is told. Records come oldest first.
 * @typedef {object} Listener
 * @property {(connection: Connection) => void} onConnection
 * @property {(records: AuditRecord[]) => void} onRecords newer than all before
 * @property {(records: AuditRecord[]) => void} onOlder older than all before
 * @property {(missed: number | null) => void} onGap `null` where nobody can tell how many
 */
/** @typedef {import('./audit-client.js').AuditClient} AuditClient */

const PAGE_LIMIT = 1_000;
/** The service sends a comment every 15 seconds: two of them and some patience. */
const SILENCE_MS = 40_000;
const RETRY_MS = 2_000;
/** Between attempts on a service that is away: somebody restarts it, and looks here. */
const RETRY_MAX_MS = 5_000;
/** Between attempts that were refused, each of which is a record. */
const REFUSED_RETRY_MAX_MS = 30_000;

/**
 * Keeps up with the trail: what the service still has, then what happens, without a hole and without doubles, over cuts
 * and restarts.
 */
export class AuditFollower {
  #client;
  #listener;
  #silenceMs;
  /** @type {string | undefined} */
  #lastEventId;
  #retryMs = RETRY_MS;
  #failures = 0;
  #abort = new AbortController();
  /** @type {() => void} */
  #wake = () => {};

  /**
   * @param {Pick<AuditClient, 'listPage' | 'openStream'>} client
   * @param {Listener} listener
   * @param {{ silenceMs?: number }} [options]
   */
  constructor(client, listener, { silenceMs = SILENCE_MS } = {}) {
    this.#client = client;
    this.#listener = untilAborted(listener, this.#abort.signal);
    this.#silenceMs = silenceMs;
  }

  /** Ends only with `stop`. */
  async run() {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      try {
        await this.#connect();
        this.#failures = 0;
        await this.#pause(undefined);
      } catch (failure) {
        if (signal.aborted) return;
        this.#failures += 1;
        await this.#pause(failure instanceof RefusedError ? failure : undefined);
      }
    }
  }

  stop() {
    this.#abort.abort();
    this.#wake();
  }

  /** Does not wait any longer for the next attempt. */
  retryNow() {
    this.#wake();
  }

  async #connect() {
    this.#listener.onConnection({ name: 'connecting' });
    const attempt = new AbortController();
    const signal = AbortSignal.any([this.#abort.signal, attempt.signal]);
    let timer = setTimeout(() => attempt.abort(), this.#silenceMs);
    try {
      if (this.#lastEventId === undefined) await this.#readBacklog(signal);
      const stream = await this.#client.openStream(this.#lastEventId, signal);
      this.#failures = 0;
      this.#listener.onConnection({ name: 'live' });
      const parser = new SseParser();
      const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        clearTimeout(timer);
        timer = setTimeout(() => attempt.abort(), this.#silenceMs);
        this.#deliver(parser.push(part.value));
        this.#retryMs = parser.retryMs ?? this.#retryMs;
      }
    } finally {
      clearTimeout(timer);
      attempt.abort();
    }
  }

  /** The newest page now; what is older may come later, since nothing new is missed by that. */
  async #readBacklog(/** @type {AbortSignal} */ signal) {
    let page = await this.#client.listPage(PAGE_LIMIT, undefined, signal);
    // Of an empty trail there is nothing to follow from. The second call finds at least the record of the first one.
    if (page.items.length === 0) page = await this.#client.listPage(PAGE_LIMIT, undefined, signal);
    this.#lastEventId = page.items[0]?.id;
    this.#listener.onRecords(page.items.toReversed());
    void this.#readOlder(page.next_cursor);
  }

  async #readOlder(/** @type {string | null} */ cursor) {
    try {
      for (let next = cursor; next !== null;) {
        const page = await this.#client.listPage(PAGE_LIMIT, next, this.#abort.signal);
        this.#listener.onOlder(page.items.toReversed());
        next = page.next_cursor;
      }
    } catch {
      // The service went away meanwhile, and what it kept with it: the stream tells of that.
    }
  }

  /** @param {import('./sse-parser.js').ServerSentEvent[]} events */
  #deliver(events) {
    /** @type {AuditRecord[]} */
    let records = [];
    const flush = () => {
      if (records.length > 0) this.#listener.onRecords(records);
      records = [];
    };
    for (const { event, data, lastEventId } of events) {
      this.#lastEventId = lastEventId;
      if (event === 'message') records.push(JSON.parse(data));
      if (event !== 'gap') continue;
      flush();
      this.#listener.onGap(JSON.parse(data).missed);
    }
    flush();
  }

  /** @param {RefusedError | undefined} refusal */
  async #pause(refusal) {
    const { onConnection } = this.#listener;
    /** @type {Promise<void>} */
    const woken = new Promise((resolve) => (this.#wake = resolve));
    // Who was told no hears it again from the next attempt, and each one is a record: only a person tries that anew.
    if (refusal !== undefined && refusal.status < 429) {
      onConnection({ name: 'refused', refusal });
      return woken;
    }
    const maxMs = refusal === undefined ? RETRY_MAX_MS : REFUSED_RETRY_MAX_MS;
    const backoffMs = Math.min(this.#retryMs * 2 ** Math.max(0, this.#failures - 1), maxMs);
    // Spread, so that many pages do not come back in the same moment after a restart.
    const delayMs = Math.max(backoffMs * (0.5 + Math.random() / 2), refusal?.retryAfterMs ?? 0);
    onConnection({ name: 'waiting', refusal, untilMs: Date.now() + delayMs });
    const timer = setTimeout(() => this.#wake(), delayMs);
    await woken;
    clearTimeout(timer);
  }
}

/**
 * Who stopped listening is told nothing that was under way.
 * @param {Listener} listener
 * @param {AbortSignal} signal
 * @returns {Listener}
 */
function untilAborted(listener, signal) {
  return {
    onConnection: (connection) => void (signal.aborted || listener.onConnection(connection)),
    onRecords: (records) => void (signal.aborted || listener.onRecords(records)),
    onOlder: (records) => void (signal.aborted || listener.onOlder(records)),
    onGap: (missed) => void (signal.aborted || listener.onGap(missed)),
  };
}
