import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';
import { openConsole } from '../support/browser/console-page.js';
import type { ConsolePage } from '../support/browser/console-page.js';
import { describeInBrowser } from '../support/browser/describe-in-browser.js';

const URI = 'yaml://secret/app/api#token';

describeInBrowser('the console while things happen', (browser) => {
  let running: RunningApp;
  let console: ConsolePage;
  beforeEach(async () => {
    running = await createApp();
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

  it('shows what happened before it was opened', async () => {
    await write();
    await console.page.reload();
    await console.waitUntilLive();
    await console.rows('secret.write').waitFor();
    await write();
    await console.rows('secret.write').nth(1).waitFor();
    expect(await console.rows('secret.write').count()).toBe(2);
  });
});
