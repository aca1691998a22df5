import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import fc from 'fast-check';
import { normaliseTargetUri, targetUriOf } from '../../../../src/auth/dpop/target-uri.js';

describe('a target URI in its normal form', () => {
  it.each([
    ['https://secrets.example.com/api/secrets', 'https://secrets.example.com/api/secrets'],
    ['HTTPS://Secrets.EXAMPLE.com/api/secrets', 'https://secrets.example.com/api/secrets'],
    ['https://secrets.example.com:443/api', 'https://secrets.example.com/api'],
    ['https://secrets.example.com:/api', 'https://secrets.example.com/api'],
    ['https://secrets.example.com:80/api', 'https://secrets.example.com:80/api'],
    ['http://127.0.0.1:80/api', 'http://127.0.0.1/api'],
    ['http://127.0.0.1:9100/api', 'http://127.0.0.1:9100/api'],
    ['http://[::1]:9100/api', 'http://[::1]:9100/api'],
    ['http://[FD00::A]/api', 'http://[fd00::a]/api'],
    ['https://h', 'https://h/'],
    ['https://h?x', 'https://h/'],
    ['https://h/?x#y', 'https://h/'],
    ['https://h/a?b=c/d#e', 'https://h/a'],
    ['https://h/a#e?f', 'https://h/a'],
    ['https://h/%61%2D%5f%7E', 'https://h/a-_~'],
    ['https://h/%2f%3a%c3%a4', 'https://h/%2F%3A%C3%A4'],
    ['https://h/a%252Fb', 'https://h/a%252Fb'],
    ['https://h/a/./b/../c', 'https://h/a/c'],
    ['https://h/a/%2e%2E/c', 'https://h/c'],
    ['https://h/../../c', 'https://h/c'],
    ['https://h/a/..', 'https://h/'],
    ['https://h/a/.', 'https://h/a/'],
    ['https://h/a//b', 'https://h/a//b'],
    ['https://h/a/', 'https://h/a/'],
    ["https://h/!$&'()*+,;=:@", "https://h/!$&'()*+,;=:@"],
  ])('%s', (text, normal) => {
    expect(normaliseTargetUri(text)).toBe(normal);
  });

  it.each([
    '',
    '/api',
    'h/api',
    '//h/api',
    'ftp://h/api',
    'https:/h/api',
    'https:h/api',
    'https:///api',
    'https://:443/api',
    'https://h:x/api',
    'https://h:443:443/api',
    'https://user@h/api',
    'https://user:password@h/api',
    'https://h%2Ecom/api',
    'https://h/a b',
    'https://h/a\tb',
    'https://h/a\n',
    '\nhttps://h/a',
    'https://h\\a',
    'https://h/%',
    'https://h/%2',
    'https://h/%zz',
    'https://h/ä',
    'https://bücher.example/a',
    'https://h/a|b',
    'https://h/"',
    'https://[::1/a',
    'https://h/a?b\nhttps://h/a',
  ])('is none for %j', (text) => {
    expect(normaliseTargetUri(text)).toBeUndefined();
  });

  it('stays as it is, and does not depend on how letters are written', () => {
    const segment = fc.stringMatching(/^(?:[\w.~!$&'()*+,;=:@-]|%[\dA-F]{2}){0,8}$/);
    const uri = fc
      .tuple(fc.constantFrom('http', 'https'), fc.domain(), fc.option(fc.nat(65_535)), fc.array(segment))
      .map(
        ([scheme, host, port, path]) =>
          `${scheme}://${host}${port === null ? '' : `:${port}`}/${path.join('/')}`,
      );
    fc.assert(
      fc.property(uri, fc.string(), (text, query) => {
        const normal = normaliseTargetUri(text);
        expect(normal).toMatch(/^https?:\/\/[^/]+\//);
        expect(normaliseTargetUri(normal ?? '')).toBe(normal);
        const [head = '', path = ''] = /^(\w+:\/\/[^/]+)(.*)$/.exec(text)?.slice(1) ?? [];
        expect(normaliseTargetUri(head.toUpperCase() + path)).toBe(normal);
        expect(normaliseTargetUri(text.replace(/%../g, (encoded) => encoded.toLowerCase()))).toBe(normal);
        if (!query.includes('\n') && !/[\r\u2028\u2029]/.test(query)) {
          expect(normaliseTargetUri(`${text}?${query}`)).toBe(normal);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('takes linear time for what is no URI', () => {
    const startedAt = performance.now();
    for (const text of [
      `https://h/${'a'.repeat(8_000)}%`,
      `https://h${'/'.repeat(8_000)}|`,
      `https://${'a'.repeat(8_000)}@`,
    ]) {
      expect(normaliseTargetUri(text)).toBeUndefined();
    }
    expect(performance.now() - startedAt).toBeLessThan(200);
  });
});

describe('the target URI of a request', () => {
  const request = {
    originalUrl: '/api/secrets?uri=x?y',
    headers: { host: 'Here:9100' },
    socket: new Socket(),
  };

  it('is of the public origin', () => {
    expect(targetUriOf(request, 'https://secrets.example.com')).toBe(
      'https://secrets.example.com/api/secrets',
    );
  });
  it('is of socket and Host where there is none', () => {
    expect(targetUriOf(request)).toBe('http://Here:9100/api/secrets');
    expect(targetUriOf({ ...request, socket: new TLSSocket(new Socket()) })).toBe(
      'https://Here:9100/api/secrets',
    );
  });
  it('does not believe the host of an absolute target', () => {
    const originalUrl = 'http://elsewhere/api/secrets?uri=x';
    expect(targetUriOf({ ...request, originalUrl })).toBe('http://Here:9100/api/secrets');
  });
  it('is none without a Host', () => {
    expect(normaliseTargetUri(targetUriOf({ ...request, headers: {} }))).toBeUndefined();
  });
});
