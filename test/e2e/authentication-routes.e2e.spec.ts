import { connect } from 'node:net';
import { RouteTable } from '../../src/http/route-table.js';
import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';
import { TestIssuer } from '../support/oidc-provider/test-issuer.js';

interface Route {
  readonly method: string;
  readonly path: string;
  readonly policy: object | undefined;
}

/** A way to send a credential. */
interface Sent {
  readonly headers: readonly string[];
  readonly query?: string;
}

/** What is on the wire, and what comes back: no client library would send half of this. */
interface Answer {
  readonly status: number;
  readonly text: string;
}

const URI = encodeURIComponent('yaml://secret/app/api');

describe('every route, with authentication on', () => {
  let issuer: TestIssuer;
  let running: RunningApp;
  let routes: readonly Route[];
  let credentials: ReadonlyMap<string, Sent>;

  beforeAll(async () => {
    issuer = await TestIssuer.start();
    running = await createApp({
      ...issuer.env,
      SECRETS_ENFORCE_SCOPES: 'true',
      SECRETS_SESSION_COOKIE: 'sid',
    });
    routes = Reflect.get(running.app.get(RouteTable), 'routes') as readonly Route[];
    credentials = await makeCredentials();
    await running.http
      .post('/api/secrets')
      .set('Authorization', `Bearer ${await issuer.sign()}`)
      .send({ uri: 'yaml://secret/app/api', value: { token: 'kept-value' } })
      .expect(201);
  });
  afterAll(async () => {
    await running.close();
    await issuer.close();
  });

  async function makeCredentials(): Promise<ReadonlyMap<string, Sent>> {
    const good = await issuer.sign();
    const bearer = (token: string): Sent => ({
      headers: [`Authorization: Bearer ${token}`],
    });
    const stranger = await TestIssuer.start();
    const forged = await stranger.sign({ iss: issuer.url }, { kid: issuer.keys[0]?.kid });
    await stranger.close();
    const part = (claims: object): string => Buffer.from(JSON.stringify(claims)).toString('base64url');
    return new Map<string, Sent>([
      ['nothing', { headers: [] }],
      ['an empty header', { headers: ['Authorization:'] }],
      ['a scheme alone', { headers: ['Authorization: Bearer'] }],
      ['another scheme', { headers: ['Authorization: Basic dTpw'] }],
      ['another scheme around a good token', { headers: [`Authorization: Token ${good}`] }],
      ['a good token without scheme', { headers: [`Authorization: ${good}`] }],
      [
        'a good token in another header',
        { headers: [`X-Authorization: Bearer ${good}`, `Proxy-Authorization: Bearer ${good}`] },
      ],
      ['a good token twice', { headers: [`Authorization: Bearer ${good}`, `Authorization: Bearer ${good}`] }],
      [
        'a good token and nonsense',
        { headers: [`Authorization: Bearer ${good}`, 'AUTHORIZATION: Bearer x'] },
      ],
      [
        'a good token in header and cookie',
        { headers: [`Authorization: Bearer ${good}`, `Cookie: sid=${good}`] },
      ],
      ['a good token in another cookie', { headers: [`Cookie: session=${good}`] }],
      ['a good token in the query', { headers: [], query: `access_token=${good}` }],
      [
        'a good token in query and header',
        { headers: [`Authorization: Bearer ${good}`], query: `access%5Ftoken=${good}` },
      ],
      ['a good token under DPoP', { headers: [`Authorization: DPoP ${good}`] }],
      ['nonsense', bearer('nonsense')],
      ['a good token and a letter', bearer(`${good}A`)],
      ['a good token without its signature', bearer(`${good.split('.').slice(0, 2).join('.')}.`)],
      ['no algorithm', bearer(`${part({ alg: 'none', typ: 'at+jwt' })}.${part(issuer.claims())}.`)],
      ['a forged signature', bearer(forged)],
      ['an expired token', bearer(await issuer.sign({ exp: 1 }))],
      ['a token of later', bearer(await issuer.sign({ nbf: 4e9 }))],
      ['a token of others', bearer(await issuer.sign({ aud: 'other' }))],
      ['a token of another issuer', bearer(await issuer.sign({ iss: 'https://other.example' }))],
      ['a token of another type', bearer(await issuer.sign({}, { typ: 'id+jwt' }))],
      ['a bound token', bearer(await issuer.sign({ cnf: { jkt: 'A'.repeat(43) } }))],
      ['an expired session', { headers: [`Cookie: sid=${await issuer.sign({ exp: 1 })}`] }],
      ['no scope', bearer(await issuer.sign({ scope: '' }))],
      [
        'scopes of others',
        bearer(await issuer.sign({ scope: 'openid secrets secrets.* secrets.reads SECRETS.READ' })),
      ],
    ]);
  }

  /** One request per connection, byte by byte as given. */
  function send(method: string, target: string, headers: readonly string[], body = ''): Promise<Answer> {
    const head = [`${method} ${target} HTTP/1.1`, 'Host: secrets.test', 'Connection: close', ...headers];
    if (body !== '')
      head.push('Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`);
    return new Promise((resolve, reject) => {
      let text = '';
      const socket = connect(Number(new URL(running.url).port), '127.0.0.1', () =>
        socket.write(`${head.join('\r\n')}\r\n\r\n${body}`),
      );
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('close', () => resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]), text }));
      socket.on('error', reject);
    });
  }

  const secretRoutes = (): readonly Route[] =>
    routes.filter(({ policy }) => policy !== undefined && !('public' in policy));
  const bodyOf = (method: string): string =>
    method === 'POST' ? JSON.stringify({ uri: 'yaml://secret/app/api', value: { a: 1 } }) : '';

  it('are more than ten, and those without a credential touch no secret', () => {
    expect(secretRoutes().length).toBeGreaterThan(10);
    const others = routes.filter((route) => !secretRoutes().includes(route));
    expect(others.filter(({ path }) => path.startsWith('/api/secrets'))).toEqual([]);
  });

  it('refuses every kind of missing or wrong credential, on GET, HEAD and whatever else it takes', async () => {
    const let_through: string[] = [];
    for (const { method, path } of secretRoutes()) {
      for (const [kind, { headers, query }] of credentials) {
        for (const verb of method === 'GET' ? ['GET', 'HEAD'] : [method]) {
          const target = `${path}?uri=${URI}${query === undefined ? '' : `&${query}`}`;
          const { status } = await send(verb, target, headers, bodyOf(method));
          const isScope = kind.includes('scope');
          // The operations of a bulk have their scopes, and this body names none (see bulk-scopes.e2e.spec.ts).
          const ofScope = path === '/api/secrets/bulk' ? 400 : 403;
          const isRight = isScope ? status === ofScope : status === 401 || status === 400;
          if (!isRight) let_through.push(`${verb} ${path} with ${kind}: ${status}`);
        }
      }
    }
    expect(let_through).toEqual([]);
    expect(running.records.filter(({ effect }) => effect === 'permit')).toHaveLength(1);
  });

  it('challenges every 401, and 403 for a scope', async () => {
    for (const [kind, { headers, query }] of credentials) {
      const { status, text } = await send(
        'GET',
        `/api/secrets/value?uri=${URI}${query === undefined ? '' : `&${query}`}`,
        headers,
      );
      expect([kind, status, /^WWW-Authenticate: (?:Bearer|DPoP) /im.test(text)]).toEqual([
        kind,
        status,
        true,
      ]);
    }
  });

  it.each([
    ['encoded letters', '/api/%73ecrets/value'],
    ['an encoded slash', '/api%2Fsecrets/value'],
    ['letters encoded twice', '/api/%2573ecrets/value'],
    ['another case', '/API/secrets/VALUE'],
    ['a doubled slash in front', '//api/secrets/value'],
    ['a doubled slash inside', '/api//secrets//value'],
    ['a trailing slash', '/api/secrets/value/'],
    ['a dot segment', '/api/x/../secrets/value'],
    ['an encoded dot segment', '/api/x/%2e%2e/secrets/value'],
    ['a dot', '/api/./secrets/value'],
    ['a backslash', '/api\\secrets\\value'],
    ['a path parameter', '/api/secrets/value;x=1'],
    ['a suffix', '/api/secrets/value.json'],
    ['a NUL', '/api/secrets/value%00'],
    ['the absolute form', 'http://secrets.test/api/secrets/value'],
    ['the absolute form of another host', 'http://127.0.0.1/api/secrets/value'],
    ['the absolute form with a user', 'http://u:p@secrets.test/api/secrets/value'],
    ['the absolute form with encoded letters', 'http://secrets.test/%61pi/secrets/value'],
    ['the absolute form over https', 'https://secrets.test/api/secrets/value'],
  ])('is not reached around authentication by %s', async (_name, path) => {
    for (const headers of [[], ['Authorization: Bearer nonsense']]) {
      for (const method of ['GET', 'HEAD', 'POST', 'DELETE']) {
        const { status, text } = await send(method, `${path}?uri=${URI}`, headers, bodyOf(method));
        expect(status).toBeGreaterThanOrEqual(400);
        expect(status).toBeLessThan(500);
        expect(text).not.toContain('kept-value');
      }
    }
  });

  it.each([
    'PUT',
    'PATCH',
    'OPTIONS',
    'TRACE',
    'PROPFIND',
    'SEARCH',
    'COPY',
    'MOVE',
    'QUERY',
    'LINK',
    'PURGE',
    'M-SEARCH',
    'REPORT',
    'get',
    'LIST',
  ])('is not reached by %s', async (method) => {
    for (const { path } of secretRoutes()) {
      const { status, text } = await send(method, `${path}?uri=${URI}`, []);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      expect(text).not.toContain('kept-value');
    }
  });

  it.each([
    'X-HTTP-Method-Override: GET',
    'X-Original-URL: /health/live',
    'X-Rewrite-URL: /health/live',
    'X-Forwarded-Prefix: /health',
  ])('is not talked out of it by %s', async (header) => {
    expect((await send('GET', `/api/secrets/value?uri=${URI}`, [header])).status).toBe(401);
  });

  describe('refuses in the order of the contract', () => {
    const MEGABYTE = 1024 * 1024;
    const announce = (method: string, size: number, headers: readonly string[]): Promise<Answer> =>
      send(method, '/api/secrets', ['Content-Type: application/json', `Content-Length: ${size}`, ...headers]);

    it('the announced size first', async () => {
      expect((await announce('POST', MEGABYTE + 1, [])).status).toBe(413);
    });

    it('then 401, before a body of which nothing has come', async () => {
      const { status, text } = await announce('POST', MEGABYTE, []);
      expect(status).toBe(401);
      expect(text).toMatch(/^Connection: close/im);
    });

    it('then the scope, before a body of which nothing has come', async () => {
      const readOnly = await issuer.sign({ scope: 'secrets.read' });
      const { status, text } = await announce('POST', MEGABYTE, [`Authorization: Bearer ${readOnly}`]);
      expect([status, text.includes('secrets.write')]).toEqual([403, true]);
    });

    it('then the form, and the tenant guard behind it', async () => {
      const good = `Authorization: Bearer ${await issuer.sign()}`;
      expect((await send('POST', '/api/secrets', [good], '{"uri":')).status).toBe(400);
      const form = await send(
        'POST',
        '/api/secrets',
        [good, 'Content-Type: text/plain', 'Content-Length: 1'],
        '',
      );
      expect(form.status).toBe(415);
      const foreign = await send('GET', '/api/secrets/value?uri=yaml%3A%2F%2Fother%2Fx', [good]);
      expect(foreign.text).toContain('TENANT_MOUNT_MISMATCH');
      const [noToken, noScope] = [
        await send('GET', '/api/secrets/value?uri=nonsense', []),
        await send('GET', '/api/secrets/value?verison=1', [
          `Authorization: Bearer ${await issuer.sign({ scope: '' })}`,
        ]),
      ];
      expect([noToken.status, noScope.status]).toEqual([401, 403]);
    });
  });
});
