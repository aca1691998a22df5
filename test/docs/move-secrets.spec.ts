import { HowToPage } from './how-to-page.js';

describe('docs/how-to/move-secrets.md', () => {
  it('moves once, says when nothing is left to move, and moves over what was left, as printed', async () => {
    const page = await HowToPage.open('docs/how-to/move-secrets.md', ['9100']);
    try {
      expect(page.blocks).toHaveLength(4);
      await page.start(0, 'Secrets API listens on');
      for (const index of [1, 2, 3]) page.run(index);
    } finally {
      await page.close();
    }
  }, 120_000);
});
