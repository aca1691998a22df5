import { randomBytes } from 'node:crypto';

/** Texts that occur nowhere else, so that each place where one turns up is a leak that can be named. */
export class Canaries {
  /** By what is looked for: the canary itself and what it looks like when it was encoded. */
  readonly #names = new Map<string, string>();

  /** @param kind of letters; the canary is of letters and digits, so that no escaping hides it */
  make(kind: string): string {
    return this.watch(`leak${kind}${randomBytes(9).toString('hex')}`);
  }

  /** A number that no double holds. */
  makeNumber(): string {
    const digits = BigInt(`0x${randomBytes(12).toString('hex')}`)
      .toString()
      .padStart(29, '7');
    return this.watch(`8${digits}1`);
  }

  /** Looks for a text that somebody else made, such as a token. */
  watch(text: string): string {
    for (const form of formsOf(text)) this.#names.set(form, text);
    return text;
  }

  /** A token may leak in parts; the header is the same in all of them and tells nothing. */
  watchToken(token: string): string {
    for (const part of token.split('.').slice(1)) if (part !== '') this.watch(part);
    return token;
  }

  /** The canaries in a text, plain, in hexadecimal or in base64 at any offset. */
  find(text: string): string[] {
    const lower = text.toLowerCase();
    const found = [...this.#names].filter(([form]) => text.includes(form) || lower.includes(form));
    return [...new Set(found.map(([, name]) => name))];
  }
}

function formsOf(text: string): string[] {
  const inBase64 = [0, 1, 2].map((offset) => {
    const encoded = Buffer.from('.'.repeat(offset) + text).toString('base64url');
    // The letters at both ends depend on what stands beside them.
    return encoded.slice(offset === 0 ? 0 : 4, -4);
  });
  return [text, Buffer.from(text).toString('hex'), ...inBase64];
}
