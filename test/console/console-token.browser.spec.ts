import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';
import { openConsole } from '../support/browser/console-page.js';
import type { ConsolePage } from '../support/browser/console-page.js';
import { describeInBrowser } from '../support/browser/describe-in-browser.js';
import { openWatchedPage } from '../support/browser/watched-page.js';
import { TestIssuer } from '../support/oidc-provider/test-issuer.js';

describeInBrowser('the console where it is not open to everybody', (browser) => {
  let issuer: TestIssuer;
  let running: RunningApp;
  let console: ConsolePage;
  beforeAll(async () => {
    issuer = await TestIssuer.start();
  });
  afterAll(() => issuer.close());
  afterEach(async () => {
    await console.close();
    await running.close();
  });

  async function open(env: Readonly<Record<string, string>>): Promise<void> {
    running = await createApp(env);
    console = await openConsole(browser(), running.url);
  }
  const state = (name: string) => console.page.getByRole('status').filter({ hasText: name }).waitFor();
  async function give(token: string): Promise<void> {
    await console.page.getByLabel('Access token').fill(token);
    await console.page.getByRole('button', { name: 'Use token' }).click();
  }

  it('asks for a token, and keeps it nowhere but in memory', async () => {
    await open(issuer.env);
    await state('Token needed');
    await give('not-a-token');
    await state('Token refused');
    const token = await issuer.sign({ sub: 'alice' });
    await give(`Bearer ${token}`);
    await state('Live');
    await console.rows('alice').first().waitFor();

    const kept = await console.page.evaluate(`(async () => ({
      local: localStorage.length,
      session: sessionStorage.length,
      cookies: document.cookie,
      databases: (await indexedDB.databases()).length,
      caches: (await caches.keys()).length,
      fields: [...document.querySelectorAll('input')].map(({ value }) => value).join(''),
    }))()`);
    expect(kept).toEqual({ local: 0, session: 0, cookies: '', databases: 0, caches: 0, fields: 'on' });
    expect(await console.page.context().cookies()).toEqual([]);
    expect(await console.page.content()).not.toContain(token);
    expect([console.page.url(), ...console.requestedUrls].join(' ')).not.toContain(token);
    await console.page.reload();
    await state('Token needed');
    expect(console.complaints).toEqual([]);
  });

  it('forgets a token together with what it showed', async () => {
    await open(issuer.env);
    await state('Token needed');
    await give(await issuer.sign({ sub: 'alice' }));
    await console.rows('alice').first().waitFor();
    await console.page.getByRole('button', { name: 'Forget token' }).click();
    await state('Token needed');
    expect(await console.rows().count()).toBe(0);
    await give(await issuer.sign({ sub: 'bob' }));
    await console.rows('bob').first().waitFor();
  });

  it('lives on the session cookie that a gateway has set', async () => {
    await open({ ...issuer.env, SECRETS_SESSION_COOKIE: 'sid' });
    await state('Token needed');
    const cookie = { name: 'sid', value: await issuer.sign(), url: running.url, httpOnly: true };
    await console.page.context().addCookies([cookie]);
    await console.page.getByRole('button', { name: 'Connect now' }).click();
    await state('Live');
  });

  it('says which scope is missing', async () => {
    await open({ ...issuer.env, SECRETS_ENFORCE_SCOPES: 'true' });
    await state('Token needed');
    await give(await issuer.sign({ scope: 'secrets.read' }));
    await state('Not permitted');
    await state('secrets.read_metadata');
    await give(await issuer.sign());
    await state('Live');
  });

  it('says that every place is taken, and comes back when one is free', async () => {
    await open({ AUDIT_SSE_MAX: '1' });
    await state('Live');
    const second = await openConsole(browser(), running.url);
    await second.page.getByRole('status').filter({ hasText: 'AUDIT_SSE_MAX' }).waitFor();
    expect(await second.page.locator('#connection').innerText()).toContain('Reconnecting');
    expect(await second.rows().count()).toBeGreaterThan(0);
    await console.page.goto('about:blank');
    await second.page.getByRole('button', { name: 'Connect now' }).click();
    await second.waitUntilLive();
    await second.close();
  });

  it('warns where addresses are shown', async () => {
    await open({ AUDIT_SHOW_URI: 'true' });
    await state('Live');
    const warning = console.page.getByRole('alert');
    expect(await warning.count()).toBe(0);
    await running.http.post('/api/secrets').send({ uri: 'yaml://secret/app/api', value: {} }).expect(201);
    await warning.filter({ hasText: 'AUDIT_SHOW_URI is on' }).waitFor();
    await console.rows('yaml://secret/app/api').waitFor();
  });

  it('is shown in no frame of others', async () => {
    await open({});
    const server = createServer((_request, response) => {
      response.setHeader('Content-Type', 'text/html').end(`<iframe src="${running.url}/console"></iframe>`);
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const stranger = await openWatchedPage(browser());
    await stranger.page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const [, frame] = stranger.page.frames();
    expect(await frame?.locator('h1', { hasText: 'Audit console' }).count()).toBe(0);
    expect(stranger.complaints.join('\n')).toContain("frame-ancestors 'none'");
    await stranger.close();
    server.close();
  });
});
