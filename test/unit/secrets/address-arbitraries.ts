import fc from 'fast-check';

/** What an address stands for, decoded. */
export interface Parts {
  readonly scheme: string;
  readonly mount: string;
  readonly path: readonly string[];
  readonly fragment: string | undefined;
  readonly version: number | undefined;
}

const SCHEMES = ['yaml', 'openbao+kv2', 'hashicorp+kv2'];

/** Pieces that addresses and attacks on them are made of. */
const PIECES = [
  ...[
    'yaml://',
    'openbao+kv2://',
    'hashicorp+kv2://',
    'YAML://',
    'vault://',
    '://',
    'secret',
    'app',
    'a',
    '_',
  ],
  ...['/', '//', '\\', '.', '..', '*', '#', '?', '&', '=', '@', ':', '+', ' ', '%', '%2', '25', '2e', '2F'],
  ...[
    '%2e',
    '%2E',
    '%252e',
    '%25252e',
    '%25%32%65',
    '%2F',
    '%252F',
    '%255c',
    '%5C',
    '%2A',
    '%252a',
    '%00',
    '%250A',
  ],
  ...[
    '%C0%AF',
    '%25C0%25AF',
    '%E0%80%AF',
    '%FF',
    '%C3%A9',
    'e%CC%81',
    '%25CC%2581',
    '%zz',
    '%u002F',
    '%40',
    '%3A',
  ],
  ...[
    'version=1',
    'version=2',
    'version=01',
    'fragment=x',
    'token',
    '\u0000',
    '\n',
    '\u007f',
    '\u0085',
    '\u00a0',
  ],
  ...['\u00e9', 'e\u0301', '\u0301', '\u212a', '\u200b', '\ufeff', '\ufffd', '\ud800', '\udc00', '\u{1f511}'],
];

/** Texts that are an address by accident at best. */
export const hostileText = fc.oneof(
  { weight: 6, arbitrary: pieces(1, 12) },
  { weight: 6, arbitrary: pieces(1, 6).map((rest) => `yaml://secret/${rest}`) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }).map((rest) => `yaml://s/a${rest}`) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 })
      .map((units) => `yaml://secret/${String.fromCharCode(...units)}`),
  },
);

/** One hostile name, written through one to five levels of percent-encoding. */
export const hiddenHazard = fc
  .tuple(
    fc.constantFrom(
      '.',
      '..',
      '/',
      '\\',
      '\u0000',
      '\n',
      '\u001f',
      '\u007f',
      '\u0085',
      'a/b',
      '../x',
      'a\\b',
      '/.',
    ),
    fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
  )
  .map(([hazard, levels]) => levels.reduce<string>((text, upper) => encodeEverything(text, upper), hazard));

/** What a segment may hold; no percent sign, so that no depth of decoding changes it. */
const segment = printable('-._~!$&\'()+,;=<>[]^`{|} "#?aZ09').filter(
  (text) => text !== '.' && text !== '..' && !/[/\\%]/.test(text),
);
const mount = segment.filter((text) => !/[@:]/.test(text));
/** A key may hold anything printable. */
const fragment = printable('%/\\.#?&=@:+ 2Fe').filter((text) => text.isWellFormed());

export const parts: fc.Arbitrary<Parts> = fc.record({
  scheme: fc.constantFrom(...SCHEMES),
  mount,
  path: fc.array(segment, { minLength: 1, maxLength: 4 }),
  fragment: fc.option(fragment, { nil: undefined }),
  version: fc.option(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), { nil: undefined }),
});

/** One of the many ways to write an address: escapes by choice, in either case, the version in either place. */
export function spelling({
  scheme,
  mount: first,
  path,
  fragment: key,
  version,
}: Parts): fc.Arbitrary<string> {
  return fc.infiniteStream(fc.nat({ max: 3 })).map((choices) => {
    const choose = (): number => choices.next().value as number;
    const write = (text: string): string =>
      [...text].map((character) => writeOne(character, choose())).join('');
    const query = version === undefined ? '' : `?version=${version}`;
    const queryFirst = choose() < 2;
    const name = [first, ...path].map(write).join('/');
    const hash = key === undefined ? '' : `#${write(key)}`;
    const start = choose() < 2 ? scheme : scheme.toUpperCase();
    return `${start}://${name}${queryFirst ? query : ''}${hash}${queryFirst ? '' : query}`;
  });
}

function writeOne(character: string, choice: number): string {
  const mustEscape = /[%/\\#?]/.test(character);
  if (!mustEscape && choice < 2) return character;
  return encodeEverything(character, choice % 2 === 0);
}

function encodeEverything(text: string, upper: boolean): string {
  return [...Buffer.from(text, 'utf8')]
    .map((byte) => `%${byte.toString(16).padStart(2, '0')}`)
    .map((escape) => (upper ? escape.toUpperCase() : escape))
    .join('');
}

function pieces(minLength: number, maxLength: number): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...PIECES), { minLength, maxLength }).map((chosen) => chosen.join(''));
}

function printable(likely: string): fc.Arbitrary<string> {
  const unit = fc.oneof(
    fc.constantFrom(...likely),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  );
  return fc
    .array(unit, { minLength: 1, maxLength: 8 })
    .map((units) => units.join('').normalize('NFC'))
    .filter((text) => /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]+$/u.test(text) && !text.includes('*'));
}
