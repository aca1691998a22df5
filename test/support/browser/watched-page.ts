import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

/** A page in a profile of its own, and everything about it that no test should see. */
export interface WatchedPage {
  readonly page: Page;
  /** Violations of the policy, failures of scripts, and whatever the page complains of. */
  readonly complaints: string[];
  /** Of every request that the page or the browser made for it. */
  readonly requestedUrls: readonly string[];
  close(): Promise<void>;
}

export async function openWatchedPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requestedUrls: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // Chromium reports every answer over 399 and every lost connection here: those the page has to live with.
    const isNetwork = message.text().startsWith('Failed to load resource');
    if (['error', 'warning'].includes(message.type()) && !isNetwork) complaints.push(message.text());
  });
  page.on('request', (request) => requestedUrls.push(request.url()));
  return { page, complaints, requestedUrls, close: () => context.close() };
}
