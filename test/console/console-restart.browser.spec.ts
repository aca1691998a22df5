import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openConsole } from '../support/browser/console-page.js';
import type { ConsolePage } from '../support/browser/console-page.js';
import { describeInBrowser } from '../support/browser/describe-in-browser.js';
import { buildService, startService } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';

describeInBrowser('the console over restarts of the service', (browser) => {
  const folder = mkdtempSync(join(tmpdir(), 'console-'));
  const env = { YAML_VAULT_PATH: join(folder, 'secrets.yaml') };
  let service: ServiceProcess;
  let console: ConsolePage;
  beforeAll(() => buildService(), 120_000);
  beforeEach(async () => {
    service = await startService(env);
    console = await openConsole(browser(), service.url);
    await console.waitUntilLive();
  });
  afterEach(async () => {
    await console.close();
    service.kill('SIGKILL');
    await service.exited;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function write(name: string): Promise<void> {
    const answer = await fetch(`${service.url}/api/secrets`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Correlation-Id': name },
      body: JSON.stringify({ uri: `yaml://secret/${name}#token`, value: 'x' }),
    });
    expect(answer.ok).toBe(true);
  }

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'comes back by itself after %s, and tells of one gap',
    async (signal) => {
      await write('before');
      await console.rows('secret.write').waitFor();
      service.kill(signal);
      await console.page.locator('#connection[data-state=waiting]').waitFor();
      expect(await console.page.locator('#connection').innerText()).toContain('Reconnecting');
      await service.exited;
      service = await startService({ ...env, PORT: new URL(service.url).port });
      await write('while-away');
      await console.gaps.waitFor({ timeout: 25_000 });
      await console.waitUntilLive();
      await write('after');
      await console.rows('secret.write').nth(2).waitFor();
      expect(await console.gaps.allInnerTexts()).toEqual([
        'The service was restarted, or no longer keeps what came here: what happened is not known.',
      ]);
      const events = await console.page.locator('tbody tr').allInnerTexts();
      const writes = events.filter((text) => /secret\.write|restarted/.test(text));
      expect(writes.map((text) => text.includes('restarted'))).toEqual([false, false, true, false]);
      expect(console.complaints).toEqual([]);
    },
  );
});
