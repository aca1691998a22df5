import type { ServerResponse } from 'node:http';
import { sendJson, TestIssuer } from '../../support/oidc-provider/test-issuer.js';
import { authParts, outcomeOf } from './auth-parts.js';
import type { AuthParts } from './auth-parts.js';

const DISCOVERY = '/.well-known/openid-configuration';
const JWKS = '/jwks';

describe('the keys of the issuer', () => {
  let issuer: TestIssuer;

  beforeEach(async () => {
    issuer = await TestIssuer.start();
  });
  afterEach(() => issuer.close());

  const verify = async ({ verifier }: AuthParts, token?: string): Promise<string> =>
    outcomeOf(verifier.verify(token ?? (await issuer.sign())));
  const lie = (path: string, answer: (response: ServerResponse) => void): void => {
    issuer.lies.set(path, (_request, response) => answer(response));
  };
  const metadata = (more: object = {}): object => ({
    issuer: issuer.url,
    jwks_uri: `${issuer.url}/jwks`,
    ...more,
  });
  const keySet = (): object => ({ keys: issuer.keys.map(({ publicJwk }) => publicJwk) });

  it('are discovered, once, and fetched on the first need', async () => {
    const parts = authParts(issuer.env);
    expect(await verify(parts)).toBe('accepted');
    expect(await verify(parts)).toBe('accepted');
    expect(issuer.requests).toEqual([DISCOVERY, JWKS]);
  });

  it.each(['/realms/a', '/realms/a/'])('are discovered below the path %s', async (path) => {
    issuer.path = path;
    lie('/realms/a/.well-known/openid-configuration', (response) =>
      sendJson(response, metadata({ jwks_uri: new URL('/jwks', issuer.url).href })),
    );
    lie(JWKS, (response) => sendJson(response, keySet()));
    expect(await verify(authParts(issuer.env))).toBe('accepted');
  });

  it('are discovered by the path of RFC 8414 where the other is not there', async () => {
    issuer.path = '/realms/a';
    lie('/realms/a/.well-known/openid-configuration', (response) => response.writeHead(404).end());
    lie('/.well-known/oauth-authorization-server/realms/a', (response) => sendJson(response, metadata()));
    expect(await verify(authParts(issuer.env))).toBe('accepted');
    expect(issuer.requests.at(-2)).toBe('/.well-known/oauth-authorization-server/realms/a');
  });

  it('are fetched from where they are configured to be, without discovery', async () => {
    lie('/elsewhere?p=1', (response) => sendJson(response, keySet()));
    const parts = authParts({ ...issuer.env, OIDC_JWKS_URI: `${issuer.url}/elsewhere?p=1` });
    expect(await verify(parts)).toBe('accepted');
    expect(issuer.requests).toEqual(['/elsewhere?p=1']);
  });

  it('are looked for again where they have moved', async () => {
    const parts = authParts({ ...issuer.env, JWKS_COOLDOWN_MS: '0' });
    expect(await verify(parts)).toBe('accepted');
    lie(DISCOVERY, (response) => sendJson(response, metadata({ jwks_uri: `${issuer.url}/moved` })));
    lie(JWKS, (response) => response.writeHead(404).end());
    lie('/moved', (response) => sendJson(response, keySet()));
    await issuer.addKey('ES256');
    expect(await verify(parts)).toBe('INVALID_TOKEN');
    expect(await verify(parts)).toBe('accepted');
  });

  it.each<[string, string, (response: ServerResponse, issuer: TestIssuer) => void]>([
    [
      'metadata of another issuer',
      DISCOVERY,
      (response, { url }) => sendJson(response, { issuer: `${url}/`, jwks_uri: `${url}/jwks` }),
    ],
    [
      'metadata without an issuer',
      DISCOVERY,
      (response, { url }) => sendJson(response, { jwks_uri: `${url}/jwks` }),
    ],
    ['metadata without keys', DISCOVERY, (response, { url }) => sendJson(response, { issuer: url })],
    [
      'metadata with keys that are no address',
      DISCOVERY,
      (response, { url }) => sendJson(response, { issuer: url, jwks_uri: 'jwks' }),
    ],
    [
      'keys in a file',
      DISCOVERY,
      (response, { url }) => sendJson(response, { issuer: url, jwks_uri: 'file:///etc/passwd' }),
    ],
    [
      'keys in the address',
      DISCOVERY,
      (response, { url }) =>
        sendJson(response, { issuer: url, jwks_uri: 'data:application/json,{"keys":[]}' }),
    ],
    ['metadata that are no JSON', DISCOVERY, (response) => response.writeHead(200).end('<html>')],
    ['metadata that are a list', DISCOVERY, (response) => sendJson(response, [])],
    [
      'metadata elsewhere',
      DISCOVERY,
      (response, { url }) => response.writeHead(302, { Location: `${url}/x` }).end(),
    ],
    ['keys elsewhere', JWKS, (response, { url }) => response.writeHead(302, { Location: `${url}/x` }).end()],
    ['no keys', JWKS, (response) => response.writeHead(500).end()],
    ['keys that are no JSON', JWKS, (response) => response.writeHead(200).end('{"keys":[')],
    ['keys that are no list', JWKS, (response) => sendJson(response, { keys: {} })],
    ['keys that are no keys', JWKS, (response) => sendJson(response, { keys: [1] })],
    ['nothing', JWKS, (response) => sendJson(response, null)],
    [
      'a megabyte and more',
      JWKS,
      (response) => sendJson(response, { keys: [], padding: 'x'.repeat(1024 * 1024) }),
    ],
    [
      'half an answer',
      JWKS,
      (response) =>
        void response
          .writeHead(200, { 'Content-Length': '100' })
          .write('{"keys":[]}', () => response.destroy()),
    ],
  ])('are none with %s, and no token is verified', async (_name, path, answer) => {
    lie('/x', (response) => sendJson(response, keySet()));
    lie(path, (response) => answer(response, issuer));
    const parts = authParts(issuer.env);
    expect(await verify(parts)).toBe('IDP_UNAVAILABLE');
    expect(issuer.requests).not.toContain('/x');
    expect((await parts.metrics.keyFetches.get()).values).toMatchObject([{ value: 1 }]);
  });

  it('of a silent issuer are waited for no longer than five seconds', async () => {
    issuer.lies.set(JWKS, () => undefined);
    const begunMs = performance.now();
    expect(await verify(authParts(issuer.env))).toBe('IDP_UNAVAILABLE');
    expect(performance.now() - begunMs).toBeLessThan(6_000);
  });

  it('that trickle in are waited for no longer than five seconds', async () => {
    issuer.lies.set(JWKS, (_request, response) => {
      response.writeHead(200).write('{"keys":[');
      const timer = setInterval(() => response.write(' '), 100);
      response.once('close', () => clearInterval(timer));
    });
    const begunMs = performance.now();
    expect(await verify(authParts(issuer.env))).toBe('IDP_UNAVAILABLE');
    expect(performance.now() - begunMs).toBeLessThan(6_000);
  });

  it('are asked for again soon as long as there are none', async () => {
    await issuer.close();
    const parts = authParts(issuer.env);
    expect(await verify(parts)).toBe('IDP_UNAVAILABLE');
    await issuer.listen();
    expect(await verify(parts)).toBe('IDP_UNAVAILABLE');
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    expect(await verify(parts)).toBe('accepted');
  });

  it('are not fetched for each unknown one, whether the issuer answers or not', async () => {
    const parts = authParts({ ...issuer.env, JWKS_COOLDOWN_MS: '300' });
    expect(await verify(parts)).toBe('accepted');
    const flood = async (): Promise<void> => {
      for (let index = 0; index < 100; index += 1) {
        expect(await verify(parts, await issuer.sign({}, { kid: `unknown-${index}` }))).toBe('INVALID_TOKEN');
      }
    };
    const begunMs = performance.now();
    await flood();
    const windows = Math.ceil((performance.now() - begunMs) / 300);
    expect(issuer.countOf(JWKS)).toBeLessThanOrEqual(1 + windows);
    await issuer.close();
    const counted = await fetchesOf(parts);
    const awayMs = performance.now();
    await flood();
    expect((await fetchesOf(parts)) - counted).toBeLessThanOrEqual(
      1 + Math.ceil((performance.now() - awayMs) / 300),
    );
  });

  it('that are new count at once after the cooldown', async () => {
    const parts = authParts({ ...issuer.env, JWKS_COOLDOWN_MS: '200' });
    await verify(parts);
    await issuer.addKey('ES256');
    expect(await verify(parts)).toBe('INVALID_TOKEN');
    await new Promise((resolve) => setTimeout(resolve, 210));
    expect(await verify(parts)).toBe('accepted');
  });

  it('are refreshed on a timer, which ends with the service', async () => {
    const { keys } = authParts({ ...issuer.env, JWKS_REFRESH_MS: '100' });
    keys.onApplicationBootstrap();
    await new Promise((resolve) => setTimeout(resolve, 450));
    expect(issuer.countOf(JWKS)).toBeGreaterThanOrEqual(3);
    keys.onModuleDestroy();
    const counted = issuer.countOf(JWKS);
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(issuer.countOf(JWKS)).toBeLessThanOrEqual(counted + 1);
  });

  it('are all refused when none is published any more', async () => {
    const parts = authParts(issuer.env);
    const token = await issuer.sign();
    expect(await verify(parts, token)).toBe('accepted');
    issuer.keys.length = 0;
    await parts.keys.refresh();
    expect(await verify(parts, token)).toBe('INVALID_TOKEN');
  });

  it('may stand beside keys of other kinds', async () => {
    lie(JWKS, (response) =>
      sendJson(response, {
        keys: [
          { kty: 'oct', k: 'c2VjcmV0', kid: issuer.keys[0]?.kid },
          { kty: 'new', kid: 'x' },
          { ...issuer.keys[0]?.publicJwk, use: 'enc' },
          ...issuer.keys.map(({ publicJwk }) => publicJwk),
        ],
      }),
    );
    expect(await verify(authParts(issuer.env))).toBe('accepted');
  });
});

async function fetchesOf({ metrics }: AuthParts): Promise<number> {
  const { values } = await metrics.keyFetches.get();
  return values.reduce((sum, { value }) => sum + value, 0);
}
