import { readGoldenUris } from '../../golden/golden-uris.js';
import { ERROR_CATALOGUE, SecretError } from '../../../src/secrets/secret.errors.js';
import { SecretPrefix } from '../../../src/secrets/secret-prefix.js';
import { SecretUri } from '../../../src/secrets/secret-uri.js';

const golden = readGoldenUris();

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof SecretError) return error.code;
    throw error;
  }
  return 'accepted';
}

/** Readable and short, with what cannot be seen as an escape. */
function titleOf({ why, input }: { why: string; input: string }): string {
  return `${why}: ${JSON.stringify(input.slice(0, 60))}`;
}

describe('SecretUri.parse accepts', () => {
  it.each(golden.accepted.map((entry) => [titleOf(entry), entry] as const))('%s', (_title, entry) => {
    const uri = SecretUri.parse(entry.input);
    expect({
      canonical: uri.canonical,
      printed: uri.toString(),
      scheme: uri.scheme,
      mount: uri.mount,
      path: uri.path,
      fragment: uri.fragment ?? null,
      version: uri.version ?? null,
    }).toEqual({
      canonical: entry.canonical,
      printed: entry.printed,
      scheme: entry.scheme,
      mount: entry.mount,
      path: entry.path,
      fragment: entry.fragment,
      version: entry.version,
    });
    expect(SecretUri.parse(entry.printed)).toEqual(uri);
    expect(SecretUri.parse(entry.canonical).canonical).toBe(entry.canonical);
  });
});

describe('SecretUri.parse refuses', () => {
  it.each(golden.refused.map((entry) => [entry.code, titleOf(entry), entry] as const))(
    '%s %s',
    (code, _title, { input }) => {
      expect(codeOf(() => SecretUri.parse(input))).toBe(code);
    },
  );
});

describe('SecretPrefix.parse accepts', () => {
  it.each(golden.prefixes.accepted.map((entry) => [titleOf(entry), entry] as const))(
    '%s',
    (_title, entry) => {
      const prefix = SecretPrefix.parse(entry.input);
      const { scheme, mount, path, includesItself } = prefix;
      expect({ printed: prefix.toString(), scheme, mount, path, includesItself }).toEqual({
        printed: entry.printed,
        scheme: entry.scheme,
        mount: entry.mount,
        path: entry.path,
        includesItself: entry.includesItself,
      });
      expect(entry.includes.filter((text) => !prefix.includes(SecretUri.parse(text)))).toEqual([]);
      expect(entry.excludes.filter((text) => prefix.includes(SecretUri.parse(text)))).toEqual([]);
      expect(SecretPrefix.parse(entry.printed).canonical).toBe(entry.printed);
    },
  );
});

describe('SecretPrefix.parse refuses', () => {
  it.each(golden.prefixes.refused.map((entry) => [entry.code, titleOf(entry), entry] as const))(
    '%s %s',
    (code, _title, { input }) => {
      expect(codeOf(() => SecretPrefix.parse(input))).toBe(code);
    },
  );
});

describe('the cases as data', () => {
  it('cover every code that an address can be refused with, and each is a 400', () => {
    const codes = new Set([...golden.refused, ...golden.prefixes.refused].map(({ code }) => code));
    expect([...codes].sort()).toEqual([
      'AMBIGUOUS_QUERY',
      'ILLEGAL_SEGMENT',
      'INVALID_URI',
      'INVALID_WILDCARD',
      'UNSUPPORTED_ENGINE',
      'UNSUPPORTED_PROVIDER',
      'VERSION_NOT_ALLOWED',
    ]);
    expect([...codes].map((code) => ERROR_CATALOGUE[code].status)).toEqual([...codes].map(() => 400));
  });
});

describe('SecretUri as a value', () => {
  const uri = SecretUri.parse('openbao+kv2://secret/my app/api#token?version=3');

  it('is frozen, its path too', () => {
    expect(Object.isFrozen(uri) && Object.isFrozen(uri.path)).toBe(true);
    expect(() => Object.assign(uri, { mount: 'other' })).toThrow(TypeError);
    expect(() => (uri.path as string[]).push('x')).toThrow(TypeError);
  });

  it('gives the whole secret, without key and version', () => {
    expect(uri.secret().toString()).toBe('openbao+kv2://secret/my%20app/api');
  });

  it('gives the name that the YAML file uses', () => {
    expect(uri.name).toBe('secret/my%20app/api');
  });

  it('takes another version and another key', () => {
    expect(uri.withVersion(4).toString()).toBe('openbao+kv2://secret/my%20app/api#token?version=4');
    expect(uri.withFragment('a#b?c').toString()).toBe(
      'openbao+kv2://secret/my%20app/api#a%23b%3Fc?version=3',
    );
  });

  it.each([
    ['INVALID_URI', ''],
    ['INVALID_URI', 'a\n'],
    ['INVALID_URI', '\ud800'],
    ['INVALID_URI', 'x'.repeat(2048)],
    ['INVALID_WILDCARD', 'a*'],
  ])('refuses with %s the key %j', (code, fragment) => {
    expect(codeOf(() => uri.withFragment(fragment))).toBe(code);
  });

  it('takes a key that is decoded already as it is', () => {
    expect(uri.withFragment('%41').fragment).toBe('%41');
    expect(uri.withFragment('%41').canonical).toBe('openbao+kv2://secret/my%20app/api#%2541');
  });
});

describe('what is told of a refused address', () => {
  it('never quotes it', () => {
    const loud = golden.refused
      .filter(({ input }) => input.includes('secret/app') || input.includes('vault'))
      .map(({ input }) => input)
      .filter((input) => {
        try {
          SecretUri.parse(input);
          return true;
        } catch (error) {
          return String(error).includes(input) || String(error).includes('secret/app');
        }
      });
    expect(loud).toEqual([]);
  });
});
