/**
 * A record as `/api/secrets/audit` shows it.
 * @typedef {{ id: string, time: string, event: string, effect: string, subject: string | null, purpose: string | null,
 *   code: string | null, resource_ref: string | null, uri?: string } & Record<string, unknown>} AuditRecord
 */

/** What the service, or somebody in front of it, answered in place of what was asked for. */
export class RefusedError extends Error {
  /**
   * @param {number} status 0 where somebody in front of the service leads elsewhere
   * @param {string} code stable code of the problem; empty where the answer is none of the service
   * @param {string} detail
   * @param {number} retryAfterMs
   */
  constructor(status, code, detail, retryAfterMs) {
    super(detail);
    this.name = 'RefusedError';
    this.status = status;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The two calls of the console. The token lives in this object and nowhere else. */
export class AuditClient {
  #token = '';
  #base;

  /** @param {string} base address of `/api/secrets/`, with the slash */
  constructor(base) {
    this.#base = base;
  }

  get hasToken() {
    return this.#token !== '';
  }

  /** @param {string} token empty: the session cookie, if there is one, speaks */
  setToken(token) {
    this.#token = token.trim().replace(/^bearer\s+/i, '');
  }

  /**
   * One page, newest first.
   * @param {number} limit
   * @param {string | undefined} cursor
   * @param {AbortSignal} signal
   * @returns {Promise<{ items: AuditRecord[], next_cursor: string | null }>}
   * @throws {RefusedError}
   */
  async listPage(limit, cursor, signal) {
    const query = new URLSearchParams({ limit: String(limit), ...(cursor !== undefined && { cursor }) });
    const answer = await this.#ask(`audit?${query}`, 'application/json', {}, signal);
    return answer.json();
  }

  /**
   * @param {string | undefined} lastEventId
   * @param {AbortSignal} signal
   * @returns {Promise<ReadableStream<BufferSource>>}
   * @throws {RefusedError}
   */
  async openStream(lastEventId, signal) {
    const headers = lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId };
    const { body } = await this.#ask('events', 'text/event-stream', headers, signal);
    if (body === null) throw new TypeError('the answer has no body');
    return body;
  }

  /**
   * Not by EventSource, which cannot send a token. A token goes without the session cookie: the service takes no two
   * credentials at once.
   * @param {string} path
   * @param {string} type
   * @param {Record<string, string>} headers
   * @param {AbortSignal} signal
   */
  async #ask(path, type, headers, signal) {
    const credential = this.hasToken ? { Authorization: `Bearer ${this.#token}` } : undefined;
    const answer = await fetch(new URL(path, this.#base), {
      headers: { Accept: `${type}, application/problem+json`, ...headers, ...credential },
      credentials: credential === undefined ? 'same-origin' : 'omit',
      cache: 'no-store',
      redirect: 'manual',
      signal,
    });
    if (answer.ok && answer.headers.get('Content-Type')?.startsWith(type)) return answer;
    throw await readRefusal(answer);
  }
}

/** @param {Response} answer */
async function readRefusal(answer) {
  if (answer.ok || answer.type === 'opaqueredirect') {
    await answer.body?.cancel();
    return new RefusedError(0, '', 'Something in front of the service answered in its place.', 0);
  }
  const problem = await answer.json().catch(() => ({}));
  const { code = '', detail = `The answer was ${answer.status}.`, purpose } = Object(problem);
  const asked = typeof purpose === 'string' ? ` (purpose ${purpose})` : '';
  const retryAfterSeconds = Number(answer.headers.get('Retry-After') ?? 0);
  return new RefusedError(answer.status, String(code), `${detail}${asked}`, retryAfterSeconds * 1_000 || 0);
}
