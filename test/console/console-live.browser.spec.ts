import { randomUUID } from 'node:crypto';
import type { MemoryFeed } from '../../src/audit/feed/memory.feed.js';
import { AuditFeed } from '../../src/ports/audit-feed.port.js';
import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';
import { openConsole } from '../support/browser/console-page.js';
import type { ConsolePage } from '../support/browser/console-page.js';
import { describeInBrowser } from '../support/browser/describe-in-browser.js';
import { TestIssuer } from '../support/oidc-provider/test-issuer.js';

const URI = 'yaml://secret/app/api#token';

describeInBrowser('the console while things happen', (browser) => {
  let running: RunningApp;
  let console: ConsolePage;
  let issuer: TestIssuer;
  beforeAll(async () => {
    issuer = await TestIssuer.start();
  });
  afterAll(() => issuer.close());
  beforeEach(async () => {
    running = await createApp({ OIDC_ISSUER: issuer.url });
    console = await openConsole(browser(), running.url);
    await console.waitUntilLive();
  });
  afterEach(async () => {
    expect(console.complaints).toEqual([]);
    expect(console.requestedUrls.filter((url) => new URL(url).origin !== running.url)).toEqual([]);
    await console.close();
    await running.close();
  });

  const write = (value = 'canary-2f1c') =>
    running.http
      .post('/api/secrets')
      .send({ uri: URI, value })
      .expect(/created/);
  const read = (uri = URI) => running.http.get('/api/secrets/value').query({ uri });
  const choose = (label: string, value: string) => console.page.getByLabel(label).selectOption(value);
  const gridWithFocus = () => console.page.locator('table:focus');
  const leaveFocus = () => console.page.evaluate('document.activeElement.blur()');
  const counts = () => console.page.locator('#counts');

  it('says how to make the first event, and stops saying it then', async () => {
    const hint = console.page.getByRole('region', { name: 'No secret was touched yet' });
    await hint.waitFor();
    expect(await hint.innerText()).toContain(`${running.url}/api/secrets`);
    await write();
    await hint.waitFor({ state: 'hidden' });
  });

  it('shows a record at the top as soon as it stands', async () => {
    await write();
    const row = console.rows().first();
    await row.filter({ hasText: 'secret.write' }).waitFor({ timeout: 1_000 });
    const [record] = running.records.filter(({ event }) => event === 'secret.write');
    expect(await row.locator('td').allInnerTexts()).toEqual([
      expect.stringMatching(/^[\d:.]+$/),
      ...['secret.write', 'write', 'permit', '–', 'anonymous', record?.resource_ref],
    ]);
    expect(await console.page.content()).not.toContain('canary-2f1c');
  });

  it('shows what happened before it was opened, and nothing twice', async () => {
    await write();
    await console.page.reload();
    await console.waitUntilLive();
    await console.rows('secret.write').waitFor();
    await write();
    await console.rows('secret.write').nth(1).waitFor();
    // The last record of the reader's own calls is in the page when what came later is.
    expect(await console.rows().count()).toBe(running.records.length);
  });

  it('filters by effect, purpose, event, subject and text', async () => {
    const token = await issuer.sign({ sub: 'alice' });
    await write();
    await read().set('Authorization', `Bearer ${token}`).expect(200);
    await read('yaml://elsewhere/app').expect(400);
    await console.rows('TENANT_MOUNT_MISMATCH').waitFor();

    await choose('Effect', 'deny');
    await expectEvents(['secret.read']);
    await choose('Effect', '');
    await choose('Purpose', 'write');
    await expectEvents(['secret.write']);
    await choose('Purpose', '');
    await choose('Event', 'secret.*');
    await expectEvents(['secret.read', 'secret.read', 'secret.write']);
    await choose('Event', 'secret.read');
    await console.page.getByLabel('Subject').fill('ALI');
    await expectEvents(['secret.read']);
    await console.page.getByRole('button', { name: 'Reset filters' }).click();
    await console.page.locator('input[type=search]').fill('mismatch read');
    await expectEvents(['secret.read']);
    expect(await counts().innerText()).toBe(`1 of ${running.records.length} records`);
    // What comes later is held against the filter too.
    await write();
    await read('yaml://elsewhere/app').expect(400);
    await expectEvents(['secret.read', 'secret.read']);
    await console.page.locator('input[type=search]').fill('no such thing');
    await console.page.getByText('No record matches the filters.').waitFor();
  });

  async function expectEvents(wanted: readonly string[]): Promise<void> {
    const last = wanted.length - 1;
    await console.rows().nth(last).waitFor();
    await console
      .rows()
      .nth(last + 1)
      .waitFor({ state: 'detached' });
    expect(await console.rows().locator('td.event').allInnerTexts()).toEqual(wanted);
  }

  it('stands still while it is paused, counts what waits, and shows it then', async () => {
    await write();
    await console.rows('secret.write').waitFor();
    const before = await console.rows().count();
    await console.page.getByRole('button', { name: 'Pause' }).click();
    await read().expect(200);
    await read().expect(200);
    await console.page.getByRole('button', { name: 'Go on (2 waiting)' }).waitFor();
    expect(await console.rows().count()).toBe(before);
    // By key, with the focus on nothing.
    await leaveFocus();
    await console.page.keyboard.press('p');
    await console.rows('secret.read').nth(1).waitFor();
    expect(await console.rows().count()).toBe(before + 2);
  });

  it('opens a record by mouse', async () => {
    await write();
    await console.rows('secret.write').click();
    const details = console.page.getByRole('complementary', { name: 'secret.write, permit' });
    const [record] = running.records.filter(({ event }) => event === 'secret.write');
    const names = await details.locator('dt').allInnerTexts();
    const values = await details.locator('dd bdi').allInnerTexts();
    expect(Object.fromEntries(names.map((name, index) => [name, values[index]]))).toEqual(
      Object.fromEntries(
        Object.entries(record ?? {}).map(([name, value]) => [name, value === null ? 'null' : String(value)]),
      ),
    );
    await details.getByRole('button', { name: 'Find records of this correlation_id' }).click();
    await expectEvents(['secret.write']);
    await details.getByRole('button', { name: 'Close' }).click();
    await details.waitFor({ state: 'hidden' });
  });

  it('is usable by keyboard alone', async () => {
    const { page } = console;
    await write();
    await read().expect(200);
    await console.rows('secret.read').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('secret.');
    await expectEvents(['secret.read', 'secret.write']);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await gridWithFocus().waitFor();
    await console.rows('audit.stream').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(await activeRow()).toContain('secret.write');
    await page.keyboard.press('Enter');
    await page.locator('h2:focus', { hasText: 'secret.write, permit' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('complementary').waitFor({ state: 'hidden' });
    await gridWithFocus().waitFor();
    await page.keyboard.press('End');
    expect(await activeRow()).toContain('audit.read');
    await page.keyboard.press('Space');
    await page.getByText('paused, 0 waiting').waitFor();
  });

  it('leaves single keys alone where they are turned off', async () => {
    const { page } = console;
    await page.getByText('Keys', { exact: true }).click();
    await page.getByLabel('single keys work').uncheck();
    await leaveFocus();
    await page.keyboard.press('p');
    expect(await page.getByRole('button', { name: 'Pause' }).getAttribute('aria-pressed')).toBe('false');
  });

  async function activeRow(): Promise<string> {
    const id = await console.page.getByRole('grid').getAttribute('aria-activedescendant');
    return console.page.locator(`#${id}`).innerText();
  }

  it('shows markup in a subject as text', async () => {
    const sub = '<img src=x onerror="document.title=1">';
    const token = await issuer.sign({ sub });
    await write();
    await read().set('Authorization', `Bearer ${token}`).expect(200);
    await expectSubject(sub, sub);
    expect(await console.page.locator('img').count()).toBe(0);
  });

  // The service takes no such subject from a token; the page does not rely on that.
  it.each([
    ['letters that turn the line around', 'nimda\u202e\u2066root', 'nimda\\u{202E}\\u{2066}root'],
    ['control characters', 'a\u0000b\nc\u200bd', 'a\\u{0000}b\\u{000A}c\\u{200B}d'],
    ['ten thousand letters', 'x'.repeat(10_000), `${'x'.repeat(200)}…`],
  ])('shows %s in a subject as text', async (_kind, subject, shown) => {
    await write();
    const [written] = running.records.filter(({ event }) => event === 'secret.write');
    if (written === undefined) throw new Error('the write has no record');
    const feed = running.app.get<MemoryFeed>(AuditFeed);
    feed.add({ ...written, id: randomUUID(), event: 'secret.read', subject });
    await expectSubject(shown, subject.length > 200 ? subject : shown);
  });

  async function expectSubject(inRow: string, inDetails: string): Promise<void> {
    const row = console.rows('secret.read');
    await row.waitFor();
    expect(await row.locator('td.subject').innerText()).toBe(inRow);
    expect((await row.boundingBox())?.height).toBe(28);
    await row.click();
    expect(await console.page.locator('#details dd bdi').allInnerTexts()).toContain(inDetails);
  }

  it('runs nothing that is put into it', async () => {
    const outcome = await console.page.evaluate(`[
      () => { document.body.innerHTML = '<b>markup</b>'; },
      () => { document.createElement('script').textContent = 'document.title = "run"'; },
    ].map((act) => { try { act(); return 'done'; } catch ({ name }) { return name; } })`);
    expect(outcome).toEqual(['TypeError', 'TypeError']);
    expect(await console.page.title()).toMatch(/Audit console$/);
    expect(console.complaints.splice(0)).toEqual([
      expect.stringContaining("'TrustedHTML'"),
      expect.stringContaining("'TrustedScript'"),
    ]);
  });
});
