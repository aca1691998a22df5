import fc from 'fast-check';
import { SecretError } from '../../../src/secrets/secret.errors.js';
import { SecretPrefix } from '../../../src/secrets/secret-prefix.js';
import { SecretUri } from '../../../src/secrets/secret-uri.js';
import { hiddenHazard, hostileText, parts, spelling } from './address-arbitraries.js';
import type { Parts } from './address-arbitraries.js';
import { growth } from './growth.js';

const RUNS = { numRuns: 3000 };

const ADDRESS_CODES: readonly string[] = [
  'INVALID_URI',
  'UNSUPPORTED_PROVIDER',
  'UNSUPPORTED_ENGINE',
  'ILLEGAL_SEGMENT',
  'INVALID_WILDCARD',
  'AMBIGUOUS_QUERY',
  'VERSION_NOT_ALLOWED',
];

/** Undefined for what is refused; what is not refused by an address code fails the test. */
function findParsed<T>(parse: (text: string) => T, text: string): T | undefined {
  try {
    return parse(text);
  } catch (error) {
    expect(error).toBeInstanceOf(SecretError);
    expect(ADDRESS_CODES).toContain((error as SecretError).code);
    expect((error as SecretError).status).toBe(400);
    return undefined;
  }
}

function partsOf({ scheme, mount, path, fragment, version }: SecretUri): Parts {
  return { scheme, mount, path, fragment, version };
}

const parseUri = (text: string): SecretUri => SecretUri.parse(text);
const parsePrefix = (text: string): SecretPrefix => SecretPrefix.parse(text);

/**
 * All readings of a name by readers that decode byte by byte and once more, and take overlong forms: written apart
 * from the code under test.
 */
function readings(name: string): string[] {
  const found: string[] = [];
  for (let text = Buffer.from(name, 'utf8').toString('latin1'), before = ''; text !== before;) {
    found.push(text, withoutOverlongForms(text));
    before = text;
    text = text.replace(/%([0-9a-f]{2})/gi, (_escape, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  }
  return found;
}

function withoutOverlongForms(bytes: string): string {
  return bytes.replace(
    /(?:\xc0|\xe0\x80|\xf0\x80\x80)([\x80-\xbf])|\xc1([\x80-\xbf])/g,
    (_form, low?: string, high?: string) =>
      String.fromCharCode(low === undefined ? (high ?? '').charCodeAt(0) - 0x40 : low.charCodeAt(0) - 0x80),
  );
}

function isHarmful(reading: string): boolean {
  const isDotSegment = reading === '.' || reading === '..';
  // U+0080 to U+009F are C2 80 to C2 9F in UTF-8.
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return isDotSegment || /[/\\*\x00-\x1f\x7f]|\xc2[\x80-\x9f]/.test(reading);
}

describe('any text at all', () => {
  it('is an address or is refused by an address code', () => {
    let accepted = 0;
    fc.assert(
      fc.property(hostileText, (text) => {
        if (findParsed(parseUri, text) !== undefined) accepted += 1;
        findParsed(parsePrefix, text);
      }),
      RUNS,
    );
    // The generator must not miss the grammar altogether.
    expect(accepted).toBeGreaterThan(RUNS.numRuns / 100);
  });

  it('parses again to the same from its printed form', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const uri = findParsed(parseUri, text);
        if (uri !== undefined) expect(SecretUri.parse(uri.toString())).toEqual(uri);
        const prefix = findParsed(parsePrefix, text);
        if (prefix !== undefined)
          expect(SecretPrefix.parse(prefix.canonical).canonical).toBe(prefix.canonical);
      }),
      RUNS,
    );
  });

  it('brings no dot segment, slash, backslash, asterisk or control character through, at any depth', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        for (const found of [findParsed(parseUri, text), findParsed(parsePrefix, text)]) {
          const names = found === undefined ? [] : [found.mount, ...found.path];
          expect(names.flatMap(readings).filter(isHarmful)).toEqual([]);
          expect(names.filter((name) => name.normalize('NFC') !== name)).toEqual([]);
        }
      }),
      RUNS,
    );
  });

  it('prints ASCII by the rules of the contract, and nothing that cannot be seen', () => {
    const allowed = /^(?:[A-Za-z0-9\-._~!$&'()+,;=:@/]|%[0-9A-F]{2}|[^\x00-\x7f])*$/u; // eslint-disable-line no-control-regex
    fc.assert(
      fc.property(fc.oneof(hostileText, parts.chain(spelling)), (text) => {
        const uri = findParsed(parseUri, text);
        if (uri === undefined) return;
        const [name = '', fragment = '', ...rest] = uri.canonical.split('#');
        expect(rest).toEqual([]);
        expect([name, fragment].filter((part) => !allowed.test(part))).toEqual([]);
        expect(uri.canonical).not.toMatch(/[\p{C}\p{Z}]/u);
        expect([...uri.toString()].length).toBeLessThanOrEqual(2048);
      }),
      RUNS,
    );
  });
});

describe('a hazard behind one to five levels of encoding', () => {
  it.each(['', 'x', '%41'])('is refused after %j', (before) => {
    fc.assert(
      fc.property(hiddenHazard, fc.boolean(), (hazard, inMount) => {
        const name = before + hazard;
        const isDotSegment = /^\.{1,2}$/.test(readings(hazard).at(-1) ?? '');
        fc.pre(before === '' || !isDotSegment);
        const text = inMount ? `yaml://${name}/app` : `yaml://secret/${name}/app`;
        expect(() => SecretUri.parse(text)).toThrow(/^ILLEGAL_SEGMENT/);
      }),
      { numRuns: 500 },
    );
  });
});

describe('every spelling of an address', () => {
  it('parses to the parts it was written from', () => {
    fc.assert(
      fc.property(
        parts.chain((from) => fc.tuple(fc.constant(from), spelling(from))),
        ([from, text]) => {
          expect(partsOf(SecretUri.parse(text))).toEqual(from);
        },
      ),
      RUNS,
    );
  });

  it('shares its printed form with all other spellings and with no other secret', () => {
    const near = parts.chain((from) =>
      fc.tuple(
        fc.constant(from),
        fc.oneof(parts, fc.record({ ...constantsOf(from), fragment: fc.constantFrom('a/b', 'a%2Fb', 'a') })),
      ),
    );
    fc.assert(
      fc.property(
        near.chain(([one, other]) =>
          fc.tuple(fc.constant([one, other]), spelling(one), spelling(one), spelling(other)),
        ),
        ([[one, other], text, again, otherText]) => {
          expect(SecretUri.parse(again).toString()).toBe(SecretUri.parse(text).toString());
          const isSame = JSON.stringify(one) === JSON.stringify(other);
          expect(SecretUri.parse(text).toString() === SecretUri.parse(otherText).toString()).toBe(isSame);
        },
      ),
      RUNS,
    );
  });
});

function constantsOf(from: Parts): { [Key in keyof Parts]: fc.Arbitrary<Parts[Key]> } {
  return {
    scheme: fc.constant(from.scheme),
    mount: fc.constant(from.mount),
    path: fc.constant(from.path),
    fragment: fc.constant(from.fragment),
    version: fc.constant(from.version),
  };
}

describe('a prefix', () => {
  it('includes what lies below it, itself only where no slash ends it, and never a longer name', () => {
    fc.assert(
      fc.property(parts, fc.constantFrom('x', 'le', '.', ' ', '!', '%25', '0'), (from, tail) => {
        const folder = SecretUri.parse(printed(from)).secret();
        const below = SecretUri.parse(`${folder.canonical}/x`);
        const longer = SecretUri.parse(`${folder.canonical}${tail}`);
        for (const prefix of [
          SecretPrefix.parse(`${folder.canonical}/`),
          SecretPrefix.parse(folder.canonical),
        ]) {
          expect([below, longer, folder].map((uri) => prefix.includes(uri))).toEqual([
            true,
            false,
            prefix.includesItself,
          ]);
        }
      }),
      RUNS,
    );
  });
});

function printed({ scheme, mount, path }: Parts): string {
  const name = [mount, ...path].map((text) => encodeURIComponent(text)).join('/');
  return `${scheme}://${name}`;
}

describe('time', () => {
  const refusedOrNot = (text: string) => (): unknown => findParsed(parseUri, text);

  it('does not grow with what is too long anyway', () => {
    const hostile = (bytes: number): (() => unknown) => {
      const text = `yaml://secret/${'%25'.repeat(bytes / 3)}`;
      return () => {
        for (let round = 0; round < 20; round += 1) findParsed(parseUri, text);
      };
    };
    expect(growth(hostile(2 ** 16), hostile(2 ** 20))).toBeLessThan(8);
  });

  it('grows with the length of a row of escapes as with the length', () => {
    const row = (count: number) => refusedOrNot(`yaml://s/${'%25'.repeat(count)}`);
    expect(growth(row(85), row(680))).toBeLessThan(32);
  });

  it('of a thousand levels of encoding stays within a few hundred times of an ordinary address as long', () => {
    const ordinary = refusedOrNot(`yaml://s/${'a'.repeat(2030)}`);
    expect(growth(ordinary, refusedOrNot(`yaml://s/%${'25'.repeat(1010)}2e`))).toBeLessThan(1000);
  });
});
