import type { StoreFault } from '../support/kv2-server/store-faults.js';

/** For as long as it is not cleared; a login that fails would keep the calls behind it from the store for a while. */
export const IN_SECRETS = { times: Number.POSITIVE_INFINITY, match: / \/v1\/secret\// };
export const AT_LOGIN = { times: Number.POSITIVE_INFINITY, match: / \/v1\/auth\// };

/** What a store does, with words of its own. */
export const STORE_FAULTS: readonly [string, (words: string) => StoreFault][] = [
  ['says 500', (words) => ({ kind: 'status', status: 500, body: `{"errors":["${words}"]}` })],
  ['says 400', (words) => ({ kind: 'status', status: 400, body: `{"errors":["${words}"]}` })],
  ['says 403', (words) => ({ kind: 'status', status: 403, body: `{"errors":["${words}"]}` })],
  ['says 429', (words) => ({ kind: 'status', status: 429, body: words })],
  ['says 503', (words) => ({ kind: 'status', status: 503, body: words })],
  ['answers in HTML', (words) => ({ kind: 'status', status: 200, body: `<b>${words}` })],
  ['answers in another shape', (words) => ({ kind: 'status', status: 200, body: `{"data":"${words}"}` })],
  ['answers half', () => ({ kind: 'close-mid-answer' })],
  ['sends elsewhere', (words) => ({ kind: 'redirect', location: `http://127.0.0.2:1/${words}` })],
  ['cuts the connection', () => ({ kind: 'reset-before' })],
  ['cuts the connection afterwards', () => ({ kind: 'reset-after' })],
  ['is silent', () => ({ kind: 'silence' })],
];
