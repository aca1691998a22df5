import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MemoryFeed } from '../../src/audit/feed/memory.feed.js';
import { AuditFeed } from '../../src/ports/audit-feed.port.js';
import type { AuditRecord } from '../../src/ports/audit-trail.port.js';
import { createApp } from '../support/create-app.js';
import type { RunningApp } from '../support/create-app.js';
import { openConsole } from '../support/browser/console-page.js';
import type { ConsolePage } from '../support/browser/console-page.js';
import { describeInBrowser } from '../support/browser/describe-in-browser.js';

const COUNT = 10_000;
/** Rows in sight on the screen of the test, those kept above and below, and some room. */
const ROWS_MAX = 60;

/** Scrolls down in steps of a frame and tells the longest frame and the longest task, in milliseconds. */
const SCROLL_DOWN = `new Promise((resolve) => {
  const scroller = document.getElementById('scroller');
  const tasks = [];
  const observer = new PerformanceObserver((list) => {
    tasks.push(...list.getEntries().map(({ duration }) => duration));
  });
  observer.observe({ entryTypes: ['longtask'] });
  const frames = [];
  let rows = 0;
  let last = performance.now();
  const step = (now) => {
    frames.push(now - last);
    last = now;
    rows = Math.max(rows, document.querySelectorAll('tbody tr').length);
    const before = scroller.scrollTop;
    scroller.scrollTop += 2000;
    if (scroller.scrollTop > before) requestAnimationFrame(step);
    else resolve({ frames: frames.length, longestFrameMs: Math.max(...frames), longestTaskMs: Math.max(0, ...tasks), rows });
  };
  requestAnimationFrame(step);
})`;

interface Scrolled {
  readonly frames: number;
  readonly longestFrameMs: number;
  readonly longestTaskMs: number;
  readonly rows: number;
}

describeInBrowser(`the console with ${COUNT} records`, (browser) => {
  let running: RunningApp;
  let console: ConsolePage;
  let feed: MemoryFeed;
  beforeAll(async () => {
    running = await createApp({ AUDIT_BUFFER_SIZE: String(COUNT) });
    await running.http.post('/api/secrets').send({ uri: 'yaml://secret/app', value: {} }).expect(201);
    feed = running.app.get<MemoryFeed>(AuditFeed);
    for (let number = 1; number <= COUNT; number += 1) feed.add(makeRecord(`user-${number}`));
    console = await openConsole(browser(), running.url);
    await console.waitUntilLive();
  });
  afterAll(async () => {
    await console.close();
    await running.close();
  });

  function makeRecord(subject: string): AuditRecord {
    const [written] = running.records;
    if (written === undefined) throw new Error('the write has no record');
    return { ...written, id: randomUUID(), event: 'secret.read', subject };
  }
  const grid = () => console.page.getByRole('grid');
  const rowAt = (index: number) => console.page.locator(`tbody tr[aria-rowindex="${index}"]`);
  const rowCount = async (): Promise<number> => Number(await grid().getAttribute('aria-rowcount'));

  async function untilRows(wanted: number): Promise<void> {
    const giveUpAt = performance.now() + 20_000;
    while ((await rowCount()) < wanted) {
      if (performance.now() > giveUpAt) throw new Error(`${await rowCount()} of ${wanted} rows`);
      await sleep(20);
    }
  }

  it('has read all that the service still keeps', async () => {
    await untilRows(COUNT - 10);
    expect(await console.rows().count()).toBeLessThan(ROWS_MAX);
  });

  it('scrolls to the oldest one with few rows in the page', async () => {
    const scrolled = await console.page.evaluate<Scrolled>(SCROLL_DOWN);
    process.stdout.write(`scrolled ${COUNT} records: ${JSON.stringify(scrolled)}\n`);
    expect(scrolled.rows).toBeLessThan(ROWS_MAX);
    const last = console.rows().last();
    expect(Number(await last.getAttribute('aria-rowindex'))).toBe(await rowCount());
    // The own calls of the page have pushed the very oldest out of the ring before it was read.
    expect(await last.locator('td.subject').innerText()).toMatch(/^user-\d{1,2}$/);
    await console.page.getByRole('button', { name: 'Newest' }).click();
    expect(await console.rows().first().getAttribute('aria-rowindex')).toBe('2');
  });

  it('goes to both ends by key', async () => {
    await grid().focus();
    await console.page.keyboard.press('End');
    expect(await activeIndex()).toBe(await rowCount());
    await console.page.keyboard.press('PageUp');
    expect(await activeIndex()).toBeLessThan((await rowCount()) - 10);
    await console.page.keyboard.press('Home');
    expect(await activeIndex()).toBe(2);
  });

  async function activeIndex(): Promise<number> {
    const id = await grid().getAttribute('aria-activedescendant');
    return Number(await console.page.locator(`#${id}`).getAttribute('aria-rowindex'));
  }

  it('finds one among them', async () => {
    await console.page.locator('input[type=search]').fill('user-4321');
    await console.rows().nth(1).waitFor({ state: 'detached' });
    expect(await console.rows().locator('td.subject').allInnerTexts()).toEqual(['user-4321']);
    await console.page.getByRole('button', { name: 'Reset filters' }).click();
  });

  it('holds still what is read further down while records come', async () => {
    // Again where the table was still shorter when it was told.
    for (const endsAt = Date.now() + 10_000; (await rowAt(3_580).count()) === 0 && Date.now() < endsAt;) {
      await console.page.evaluate(`document.getElementById('scroller').scrollTop = 100000`);
      await console.page.waitForTimeout(50);
    }
    const [text, box] = [await rowAt(3_580).innerText(), await rowAt(3_580).boundingBox()];
    const before = await rowCount();
    for (let number = 0; number < 500; number += 1) feed.add(makeRecord('late'));
    await untilRows(before + 500);
    expect(await rowAt(4_080).innerText()).toBe(text);
    expect(await rowAt(4_080).boundingBox()).toEqual(box);
    expect(console.complaints).toEqual([]);
  });

  it('tells of a gap where more came during a cut than the service keeps', async () => {
    await console.page.evaluate(`document.getElementById('scroller').scrollTop = 0`);
    await console.page.context().setOffline(true);
    running.app.getHttpServer().closeAllConnections();
    await console.page.locator('#connection[data-state=waiting]').waitFor();
    for (let number = 0; number < COUNT + 7; number += 1) feed.add(makeRecord('unseen'));
    await console.page.context().setOffline(false);
    await console.waitUntilLive();
    await untilRows(2 * COUNT);
    // A gap is shown under every filter.
    await console.page.locator('input[type=search]').fill('no such thing');
    expect(await console.gaps.allInnerTexts()).toEqual([expect.stringContaining('no longer keeps')]);
  });
});
