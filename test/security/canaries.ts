import { randomInt } from 'node:crypto';

/** No word, no number in hexadecimal and no id in base64 has so many consonants on end. */
const LETTERS = 'bcdfghjklmnpqrstvwxz';
const LENGTH = 16;
/** The shortest part that counts as a leak. */
const PIECE = 8;
/** Digits occur in times, counts and ids, so that short rows of them tell nothing. */
const DIGITS_PIECE = 16;

interface Form {
  readonly text: string;
  readonly canary: string;
}

/** Texts that occur nowhere else, so that each place where one, or eight characters of one, turns up is a leak. */
export class Canaries {
  readonly #kinds = new Map<string, string>();
  /** What is looked for as it is, and what in any mixture of cases; by the first eight characters. */
  readonly #exact = new Map<string, Form[]>();
  readonly #folded = new Map<string, Form[]>();

  /** @param kind what it stands for, to name it where it is found; not part of it */
  make(kind: string): string {
    return this.watch(makeLetters(), kind);
  }

  /** One that escaping changes: with a quote, blanks, a percent sign, a slash and a letter beyond ASCII. */
  makeAwkward(kind: string): string {
    return this.watch(`${makeLetters()}"é %/${makeLetters()}+\\=&${makeLetters()}`, kind);
  }

  /** A number that no double holds. */
  makeNumber(): string {
    const digits = Array.from({ length: 28 }, () => randomInt(10)).join('');
    return this.watch(`8${digits}1`, 'number', DIGITS_PIECE);
  }

  /** Looks for a text that somebody else made, whole, in pieces, and encoded. */
  watch(text: string, kind = 'text', size = PIECE): string {
    this.#kinds.set(text, kind);
    const isLower = text === text.toLowerCase();
    for (let at = 0; at + size <= text.length; at += 1) {
      const piece = text.slice(at, at + size);
      for (const form of [...inBase64(piece), ...(isLower ? [] : [piece])]) add(this.#exact, form, text);
      for (const form of [...inOtherForms(piece), ...(isLower ? [piece] : [])])
        add(this.#folded, form.toLowerCase(), text);
    }
    return text;
  }

  /** A UUID; ids of other things are such too. */
  watchUuid(text: string, kind: string): string {
    return this.watch(text, kind, DIGITS_PIECE);
  }

  /** A JWS may leak in parts; the header is the same in all of them and tells nothing. */
  watchToken(token: string, kind = 'token'): string {
    for (const part of token.split('.').slice(1)) this.watch(part, kind);
    return token;
  }

  /** How many there are of each kind. */
  counts(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const kind of this.#kinds.values()) counts[kind] = (counts[kind] ?? 0) + 1;
    return counts;
  }

  kindOf(canary: string): string {
    return this.#kinds.get(canary) ?? 'unknown';
  }

  /**
   * The canaries in a text: plain, percent-encoded, as JSON, in hexadecimal or in base64 at any offset, whole or eight
   * characters of them.
   * @param mayShow those that have a right to be there
   */
  find(text: string, mayShow: readonly string[] = []): string[] {
    return [
      ...new Set([
        ...findIn(this.#exact, text, mayShow),
        ...findIn(this.#folded, text.toLowerCase(), mayShow),
      ]),
    ];
  }
}

function makeLetters(): string {
  return Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}

function add(index: Map<string, Form[]>, text: string, canary: string): void {
  const start = text.slice(0, PIECE);
  const forms = index.get(start);
  if (forms === undefined) index.set(start, [{ text, canary }]);
  else forms.push({ text, canary });
}

/** One pass: a look-up at each place, and a comparison where the first eight characters fit. */
function findIn(index: ReadonlyMap<string, Form[]>, text: string, mayShow: readonly string[]): string[] {
  const found: string[] = [];
  for (let at = 0; at + PIECE <= text.length; at += 1) {
    const fitting = index.get(text.slice(at, at + PIECE))?.filter((form) => text.startsWith(form.text, at));
    // What two have in common is no leak of one where the other may stand.
    if (fitting === undefined || fitting.some(({ canary }) => mayShow.includes(canary))) continue;
    found.push(...fitting.map(({ canary }) => canary));
  }
  return found;
}

/** The characters that depend on the piece alone, for each place that it can have in a group of three bytes. */
function inBase64(piece: string): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const bytes = Buffer.from('.'.repeat(offset) + piece);
    const [first, end] = [Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6)];
    return (['base64', 'base64url'] as const).map((alphabet) => bytes.toString(alphabet).slice(first, end));
  });
}

function inOtherForms(piece: string): Set<string> {
  const hex = Buffer.from(piece).toString('hex');
  const forms = [hex, hex.replace(/../g, '%$&'), encodeLoosely(piece), JSON.stringify(piece).slice(1, -1)];
  return new Set(forms.filter((form) => form.toLowerCase() !== piece.toLowerCase()));
}

/** A piece may begin or end within a pair of surrogates, which have no encoding. */
function encodeLoosely(piece: string): string {
  return encodeURIComponent(piece.toWellFormed());
}
