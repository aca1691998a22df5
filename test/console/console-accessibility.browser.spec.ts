import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';
import { openConsole } from '../support/browser/console-page.js';
import { describeInBrowser } from '../support/browser/describe-in-browser.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

describeInBrowser('the console for everybody', (browser) => {
  let running: RunningApp;
  beforeAll(async () => {
    running = await createApp({ AUDIT_SHOW_URI: 'true' });
  });
  afterAll(() => running.close());

  it.each(['light', 'dark'] as const)(
    'has nothing that axe complains of in its %s form',
    async (colorScheme) => {
      const console = await openConsole(browser(), running.url, { colorScheme, bypassCSP: true });
      const check = async (): Promise<string[]> => {
        await console.page.evaluate(AXE);
        const violations = await console.page.evaluate<Violation[]>(
          `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
          .then(({ violations }) => violations)`,
        );
        return violations.map(
          ({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ html }) => html).join(' ')}`,
        );
      };
      await console.waitUntilLive();
      expect(await check()).toEqual([]);
      await running.http
        .post('/api/secrets')
        .send({ uri: 'yaml://secret/app', value: {} })
        .expect(/created/);
      await running.http.get('/api/secrets/value').query({ uri: 'yaml://elsewhere/app' }).expect(400);
      await console.rows('TENANT_MOUNT_MISMATCH').first().click();
      await console.page.getByRole('button', { name: 'Pause' }).click();
      await console.page.getByText('Keys', { exact: true }).click();
      expect(await check()).toEqual([]);
      await console.close();
    },
  );

  it('asks for the token in a form that axe has nothing against', async () => {
    const closed = await createApp({ SECRETS_API_REQUIRE_AUTH: 'true', OIDC_ISSUER: 'http://127.0.0.1:9' });
    const console = await openConsole(browser(), closed.url, { bypassCSP: true });
    await console.page.getByLabel('Access token').waitFor();
    await console.page.evaluate(AXE);
    const ids = await console.page.evaluate<string[]>(
      `axe.run().then(({ violations }) => violations.map(({ id }) => id))`,
    );
    expect(ids).toEqual([]);
    await console.close();
    await closed.close();
  });

  it('is dark or light as its reader has it', async () => {
    const background = async (colorScheme: 'light' | 'dark'): Promise<string> => {
      const console = await openConsole(browser(), running.url, { colorScheme });
      const color = await console.page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
      await console.close();
      return color;
    };
    expect(await background('light')).toBe('rgb(255, 255, 255)');
    expect(await background('dark')).toBe('rgb(20, 23, 28)');
  });

  it('fits a narrow screen', async () => {
    const console = await openConsole(browser(), running.url, { viewport: { width: 360, height: 640 } });
    await console.waitUntilLive();
    await console.rows().first().waitFor();
    expect(await console.page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    expect(await console.rows().first().isVisible()).toBe(true);
    await console.close();
  });
});
