import { HowToPage } from './how-to-page.js';

describe('docs/how-to/first-policy.md', () => {
  it('permits, denies, survives a broken policy and permits again, as printed', async () => {
    const page = await HowToPage.open('docs/how-to/first-policy.md', ['9100']);
    try {
      expect(page.blocks).toHaveLength(6);
      page.run(0);
      await page.start(1, 'Secrets API listens on');
      for (const index of [2, 3, 4, 5]) page.run(index);
    } finally {
      await page.close();
    }
  }, 120_000);
});
