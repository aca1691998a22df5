import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { CHROMIUM_ARGUMENTS, findChromium, NO_CHROMIUM } from './find-chromium.js';

/**
 * A suite that needs a real browser, which is started before its first case and ends with it. Where there is none the
 * suite is replaced by one case that says so, and a line on the console: it neither fails nor looks as if it had run.
 */
export function describeInBrowser(title: string, suite: (browser: () => Browser) => void): void {
  const binary = findChromium();
  if (binary === undefined) {
    console.warn(`LEFT OUT: ${title} in a real Chromium, ${NO_CHROMIUM}`);
    describe(`${title}: Chromium`, () => {
      it(`is left out: ${NO_CHROMIUM}`, () => {
        expect(findChromium()).toBeUndefined();
      });
    });
    return;
  }
  describe(`${title}: Chromium ${binary.version}`, () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: binary.path, args: [...CHROMIUM_ARGUMENTS] });
    }, 60_000);
    afterAll(() => browser.close());
    suite(() => browser);
  });
}
