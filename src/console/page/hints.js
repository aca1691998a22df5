/** Says how to make a first event, as long as no secret was touched, and what hides the records where a filter does. */
export class Hints {
  #find;
  #hasSecretEvent = false;

  /** @param {(id: string) => HTMLElement} find */
  constructor(find) {
    this.#find = find;
  }

  /** @param {{ event: string }[]} records */
  note(records) {
    this.#hasSecretEvent ||= records.some(({ event }) => !event.startsWith('audit.'));
  }

  forget() {
    this.#hasSecretEvent = false;
  }

  /** @param {{ isLive: boolean, hasToken: boolean, total: number, shown: number }} state */
  show({ isLive, hasToken, total, shown }) {
    const hint = this.#find('hint');
    hint.hidden = this.#hasSecretEvent || !isLive;
    if (!hint.hidden) this.#find('hint-calls').textContent = describeCalls(hasToken);
    this.#find('no-match').hidden = total === 0 || shown > 0;
  }
}

/** Addresses are those that the page itself was reached by, behind a gateway too. */
function describeCalls(/** @type {boolean} */ hasToken) {
  const base = new URL('api/secrets', location.href).href;
  const token = hasToken ? ` -H "Authorization: Bearer $TOKEN"` : '';
  return [
    `curl -X POST ${base}${token} -H 'Content-Type: application/json' \\`,
    `  -d '{"uri":"yaml://secret/app/api#token","value":"s3cr3t"}'`,
    `curl '${base}/value?uri=yaml%3A%2F%2Fsecret%2Fapp%2Fapi%23token'${token}`,
  ].join('\n');
}
