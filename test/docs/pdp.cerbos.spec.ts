import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeOnCerbos } from '../support/cerbos/describe-on-cerbos.js';
import { findCerbos } from '../support/cerbos/find-cerbos.js';
import { HowToPage } from './how-to-page.js';

describeOnCerbos('docs/how-to/pdp.md', (title) => {
  describe(title, () => {
    it('asks the decision point of the page, and answers as printed', async () => {
      const binaries = mkdtempSync(join(tmpdir(), 'secrets-api-binaries-'));
      symlinkSync(findCerbos()?.path ?? '', join(binaries, 'cerbos'));
      const page = await HowToPage.open('docs/how-to/pdp.md', ['9100', '3592', '3593'], binaries);
      try {
        expect(page.blocks).toHaveLength(4);
        page.run(0);
        await page.start(1, 'Starting HTTP server');
        await page.start(2, 'Secrets API listens on');
        page.run(3);
      } finally {
        await page.close();
        rmSync(binaries, { recursive: true, force: true });
      }
    }, 120_000);
  });
});
