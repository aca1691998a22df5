import type { Browser, BrowserContextOptions, Locator } from 'playwright-core';
import { openWatchedPage } from './watched-page.js';
import type { WatchedPage } from './watched-page.js';

/** The audit console in a browser, by what its reader sees. */
export interface ConsolePage extends WatchedPage {
  /** The rows of records that are in the page now; `text` narrows them down. */
  rows(text?: string | RegExp): Locator;
  readonly gaps: Locator;
  waitUntilLive(): Promise<void>;
}

export async function openConsole(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<ConsolePage> {
  const watched = await openWatchedPage(browser, options);
  const { page } = watched;
  page.setDefaultTimeout(10_000);
  await page.goto(`${url}/console`);
  return {
    ...watched,
    rows: (text) => page.locator('tbody tr:not(.gap)', text === undefined ? {} : { hasText: text }),
    gaps: page.locator('tbody tr.gap'),
    waitUntilLive: () => page.locator('#connection[data-state=live]').waitFor(),
  };
}
