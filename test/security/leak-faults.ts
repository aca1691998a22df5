import type { StoreFault } from '../support/kv2-server/store-faults.js';

/** For as long as it is not cleared; a login that fails would keep the calls behind it from the store for a while. */
export const IN_SECRETS = { times: Number.POSITIVE_INFINITY, match: / \/v1\/secret\// };
export const AT_LOGIN = { times: Number.POSITIVE_INFINITY, match: / \/v1\/auth\// };

const FAULTS = new Map<string, (words: string) => StoreFault>([
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
]);

/** What a store does. */
export const STORE_FAULTS = [...FAULTS.keys()];

/** @param words of the store, where it says any */
export function makeStoreFault(name: string, words: string): StoreFault {
  const make = FAULTS.get(name);
  if (make === undefined) throw new Error(`no fault is called "${name}"`);
  return make(words);
}
