import { refuseCrossOrigin } from '../../../src/auth/same-origin.js';
import { SecretError } from '../../../src/secrets/secret.errors.js';

function isLetThrough(
  headers: Readonly<Record<string, string>>,
  publicOrigin: string | undefined,
  method = 'POST',
): boolean {
  try {
    refuseCrossOrigin({ method, headers: { host: 'api.example:8443', ...headers } }, publicOrigin);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(SecretError);
    expect((error as SecretError).code).toBe('CROSS_ORIGIN');
    return false;
  }
}

const PUBLIC = 'https://secrets.example';

describe('a change under a session cookie', () => {
  it.each([
    ['the public origin', { origin: PUBLIC }, true],
    ['its default port', { origin: `${PUBLIC}:443` }, true],
    ['upper case', { origin: 'HTTPS://SECRETS.EXAMPLE' }, true],
    ['Sec-Fetch-Site alone', { 'sec-fetch-site': 'same-origin' }, true],
    ['both', { origin: PUBLIC, 'sec-fetch-site': 'same-origin' }, true],
    ['neither', {}, false],
    ['only a Referer', { referer: `${PUBLIC}/page` }, false],
    ['another host', { origin: 'https://evil.example' }, false],
    ['a host that begins alike', { origin: `${PUBLIC}.evil.example` }, false],
    ['a host that ends alike', { origin: 'https://evil-secrets.example' }, false],
    ['a name below', { origin: 'https://a.secrets.example' }, false],
    ['another scheme', { origin: 'http://secrets.example' }, false],
    ['another port', { origin: `${PUBLIC}:8443` }, false],
    ['the host that was called', { origin: 'https://api.example:8443' }, false],
    ['null', { origin: 'null' }, false],
    ['nothing', { origin: '' }, false],
    ['a path', { origin: `${PUBLIC}/` }, false],
    ['user information', { origin: 'https://secrets.example@evil.example' }, false],
    ['two origins', { origin: `${PUBLIC}, https://evil.example` }, false],
    ['same-site', { 'sec-fetch-site': 'same-site' }, false],
    ['cross-site', { 'sec-fetch-site': 'cross-site' }, false],
    ['none', { 'sec-fetch-site': 'none' }, false],
    ['another case', { 'sec-fetch-site': 'Same-Origin' }, false],
    ['a contradiction', { origin: PUBLIC, 'sec-fetch-site': 'cross-site' }, false],
    ['the other contradiction', { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' }, false],
  ])('with PUBLIC_ORIGIN, from %s', (_name, headers, expected) => {
    expect(isLetThrough(headers, PUBLIC)).toBe(expected);
  });

  it.each([
    ['http://api.example:8443', {}, true],
    ['https://api.example:8443', {}, true],
    ['https://api.example', { host: 'api.example' }, true],
    ['https://api.example:443', { host: 'api.example' }, true],
    ['http://api.example', { host: 'api.example:80' }, true],
    ['http://[::1]:9100', { host: '[::1]:9100' }, true],
    ['https://API.example:8443', {}, true],
    ['https://api.example', {}, false],
    ['https://evil.example:8443', {}, false],
    ['ftp://api.example:8443', {}, false],
    ['https://api.example', { host: 'api.example:80' }, false],
    ['https://api.example', { host: '' }, false],
    ['https://evil.example', { host: 'evil.example/@api' }, false],
    ['https://evil.example', { 'x-forwarded-host': 'evil.example' }, false],
  ])('without it the Host counts: %s with %j', (origin, headers, expected) => {
    expect(isLetThrough({ origin, ...headers }, undefined)).toBe(expected);
  });

  it.each(['POST', 'DELETE', 'PUT', 'PATCH', 'post', 'PURGE'])('is %s', (method) => {
    expect(isLetThrough({ origin: 'https://evil.example' }, PUBLIC, method)).toBe(false);
  });

  it.each(['GET', 'HEAD'])('is not %s', (method) => {
    expect(isLetThrough({ origin: 'https://evil.example' }, PUBLIC, method)).toBe(true);
  });
});
