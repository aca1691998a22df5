import { findCredential } from '../../../src/auth/credentials.js';
import { SecretError } from '../../../src/secrets/secret.errors.js';

type Headers = readonly (readonly [string, string])[];

/** As Node hands a request over: all headers raw, and of a repeated Authorization the first. */
function find(headers: Headers, url = '/api/secrets', cookie: string | undefined = 'session'): unknown {
  const named: Record<string, string> = {};
  for (const [name, value] of headers) named[name.toLowerCase()] ??= value;
  try {
    return findCredential({ headers: named, rawHeaders: headers.flat(), url }, cookie);
  } catch (error) {
    if (error instanceof SecretError) return error.code;
    throw error;
  }
}

describe('the credential of a request', () => {
  it.each([
    ['Bearer abc', 'Bearer', 'abc'],
    ['bearer abc', 'Bearer', 'abc'],
    ['BEARER   a.b-c_d~e+f/g==', 'Bearer', 'a.b-c_d~e+f/g=='],
    ['DPoP abc', 'DPoP', 'abc'],
    ['dpop abc', 'DPoP', 'abc'],
  ])('in Authorization: %s', (header, scheme, token) => {
    expect(find([['Authorization', header]])).toEqual({ scheme, token });
  });

  it.each([
    ['session=abc', 'abc'],
    ['a=b; session=abc; c=d', 'abc'],
    ['session="abc"', 'abc'],
    ['xsession=no; session=abc', 'abc'],
    ['session.sig=no;session=abc', 'abc'],
  ])('in the cookie: %s', (cookie, token) => {
    expect(find([['Cookie', cookie]])).toEqual({ scheme: 'session', token });
  });

  it.each<[string, Headers]>([
    ['no header', []],
    ['other cookies', [['Cookie', 'a=b; Session=abc; sessions=x']]],
    ['a cookie that was taken away', [['Cookie', 'session=']]],
  ])('is none with %s', (_name, headers) => {
    expect(find(headers)).toBeUndefined();
  });

  it('is none in a cookie that is not configured', () => {
    const headers = { cookie: 'session=abc' };
    expect(findCredential({ headers, rawHeaders: [], url: '/' }, undefined)).toBeUndefined();
  });

  it('is taken from Authorization beside a cookie that was taken away', () => {
    const headers: Headers = [
      ['Authorization', 'Bearer abc'],
      ['Cookie', 'session='],
    ];
    expect(find(headers)).toEqual({ scheme: 'Bearer', token: 'abc' });
  });

  it.each([
    'Basic dTpw',
    'Digest username="x"',
    'Negotiate abc',
    'Token abc',
    'toString abc',
    '__proto__ abc',
  ])('of another scheme is no token: %s', (header) => {
    expect(find([['Authorization', header]])).toBe('UNAUTHENTICATED');
  });

  it.each([
    '',
    'Bearer',
    'Bearer ',
    'Bearer\tabc',
    'Bearer a b',
    'Bearer a,b',
    'Bearer a, Bearer b',
    'Bearer "abc"',
    'Bearer =abc',
    'Bearer a=b',
    'Bearer äbc',
    'Bearer abc;',
    'DPoP',
    'DPoP a b',
    ' Bearer abc',
    '{"a":1}',
  ])('malformed is refused: %j', (header) => {
    expect(find([['Authorization', header]])).toBe('INVALID_REQUEST');
  });

  it.each<[string, Headers]>([
    [
      'Authorization twice',
      [
        ['Authorization', 'Bearer a'],
        ['authorization', 'Bearer a'],
      ],
    ],
    [
      'header and cookie',
      [
        ['Authorization', 'Bearer a'],
        ['Cookie', 'session=a'],
      ],
    ],
    [
      'another scheme and cookie',
      [
        ['Authorization', 'Basic a'],
        ['Cookie', 'session=a'],
      ],
    ],
    ['the cookie twice', [['Cookie', 'session=a; session=a']]],
    ['a cookie that is no token', [['Cookie', 'session=a b']]],
    ['an open quote in the cookie', [['Cookie', 'session="a']]],
  ])('sent in more ways than one, or malformed, is refused: %s', (_name, headers) => {
    expect(find(headers)).toBe('INVALID_REQUEST');
  });

  it.each([
    '/api/secrets?access_token=abc',
    '/api/secrets?uri=x&access_token=',
    '/api/secrets?access%5Ftoken=abc',
    '/api/secrets?%61ccess_token',
    'http://x/api/secrets?access_token=abc',
    '/api/secrets?a=?&access_token=abc',
  ])('in the query is refused: %s', (url) => {
    expect(find([], url)).toBe('INVALID_REQUEST');
    expect(find([['Authorization', 'Bearer a']], url)).toBe('INVALID_REQUEST');
  });

  it.each(['/api/access_token', '/api/secrets?uri=access_token%3D1', '/api/access_token=x'])(
    'is not seen where none is: %s',
    (url) => {
      expect(find([], url)).toBeUndefined();
    },
  );
});
