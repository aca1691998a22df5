import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';
import { TestIssuer } from '../support/oidc-provider/test-issuer.js';

const URI = 'yaml://secret/app/api';
const QUERY = `?uri=${encodeURIComponent(URI)}`;

describe('the session cookie', () => {
  let issuer: TestIssuer;
  let running: RunningApp;
  let token: string;

  beforeAll(async () => {
    issuer = await TestIssuer.start();
    running = await createApp({
      ...issuer.env,
      SECRETS_SESSION_COOKIE: 'sid',
      PUBLIC_ORIGIN: 'https://secrets.example',
    });
    token = await issuer.sign({ sub: 'browser-user' });
  });
  afterAll(async () => {
    await running.close();
    await issuer.close();
  });

  type Headers = Readonly<Record<string, string>>;
  const call = async (
    method: 'get' | 'post' | 'delete',
    headers: Headers,
  ): Promise<[number, string | undefined]> => {
    const request = running.http[method](
      method === 'post'
        ? '/api/secrets'
        : `/api/secrets/${method === 'get' ? 'value' : ''}${QUERY}`.replace('/?', '?'),
    );
    const sent = Object.entries({ Cookie: `sid=${token}`, ...headers }).filter(([, value]) => value !== '');
    for (const [name, value] of sent) void request.set(name, value);
    const { status, body } =
      method === 'post' ? await request.send({ uri: URI, value: { a: 1 } }) : await request;
    return [status, (body as { code?: string }).code];
  };
  const SAME = { Origin: 'https://secrets.example' };

  it('lets a page of the same origin write, read and delete', async () => {
    expect(await call('post', SAME)).toEqual([201, undefined]);
    expect(await call('get', {})).toEqual([200, undefined]);
    expect(running.records.at(-1)).toMatchObject({ subject: 'browser-user', effect: 'permit' });
    expect(await call('delete', { 'Sec-Fetch-Site': 'same-origin' })).toEqual([200, undefined]);
  });

  it.each<[string, Headers]>([
    ['no sign of its origin', {}],
    ['another origin', { Origin: 'https://evil.example' }],
    ['an origin that is hidden', { Origin: 'null' }],
    ['the site, but another origin', { 'Sec-Fetch-Site': 'same-site' }],
    ['another site', { 'Sec-Fetch-Site': 'cross-site' }],
  ])('refuses changes with %s, and names who was to be misused', async (_name, headers) => {
    for (const method of ['post', 'delete'] as const) {
      expect(await call(method, headers)).toEqual([403, 'CROSS_ORIGIN']);
      expect(running.records.at(-1)).toMatchObject({
        subject: 'browser-user',
        effect: 'deny',
        code: 'CROSS_ORIGIN',
      });
    }
  });

  it('reads from anywhere: a page of others cannot see the answer', async () => {
    const [status] = await call('get', { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' });
    expect(status).not.toBe(403);
    const answer = await running.http
      .get('/api/secrets/value' + QUERY)
      .set('Cookie', `sid=${token}`)
      .set('Origin', 'https://evil.example');
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('asks for no origin where the token is in Authorization', async () => {
    expect(
      await call('post', { Cookie: '', Authorization: `Bearer ${token}`, Origin: 'https://evil.example' }),
    ).toEqual([201, undefined]);
  });

  it('is no credential beside another one', async () => {
    expect(await call('get', { Authorization: `Bearer ${token}` })).toEqual([400, 'INVALID_REQUEST']);
    expect(await call('get', { Cookie: `sid=${token}; sid=${token}` })).toEqual([400, 'INVALID_REQUEST']);
  });

  it('is refused for a bad token before anything is said about origins', async () => {
    const expired = await issuer.sign({ exp: 1 });
    expect(await call('post', { Cookie: `sid=${expired}`, Origin: 'https://evil.example' })).toEqual([
      401,
      'INVALID_TOKEN',
    ]);
  });

  it('is not read under another name', async () => {
    expect(await call('get', { Cookie: `SID=${token}` })).toEqual([401, 'UNAUTHENTICATED']);
  });

  it('with tokens that count once is not used up by a page of others', async () => {
    const strict = await createApp({
      ...issuer.env,
      SECRETS_SESSION_COOKIE: 'sid',
      ANTI_REPLAY_ACCESS_TOKENS: 'true',
    });
    const once = await issuer.sign();
    const write = (origin: string): Promise<{ status: number }> =>
      strict.http
        .post('/api/secrets')
        .set('Cookie', `sid=${once}`)
        .set('Origin', origin)
        .send({ uri: URI, value: { a: 1 } });
    const statuses = [
      await write('https://evil.example'),
      await write(strict.url),
      await write(strict.url),
    ].map(({ status }) => status);
    await strict.close();
    expect(statuses).toEqual([403, 201, 401]);
  });
});
