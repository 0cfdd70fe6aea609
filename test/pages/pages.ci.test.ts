import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Live, openLive } from '#harness/cli/live/live.ts';
import { hostile, PAYLOAD } from '#reports/test-hostile.ts';
import { situations } from '#reports/test-situations.ts';
import { findChromium } from './chromium.ts';
import { lookOf, writePages } from './made.ts';

const executablePath = findChromium();
if (executablePath === undefined) console.warn('skipped: no Chromium is on PATH, so no page is looked at');

const folder = mkdtempSync(join(tmpdir(), 'gauntlet-pages-'));
const breaker = situations['a breaker that kept its objectives']!();
const compared = situations['a comparison under two faults']!();
const evil = hostile(breaker, (text) => `${text}${PAYLOAD}`);

let browser: Browser;
let live: Live;
let livePage = '';

async function startLive(input: typeof breaker): Promise<Live> {
  const started = await openLive(input.record, 0, (url) => {
    livePage = url;
  });
  started.progress(lookOf(input));
  return started;
}

beforeAll(async () => {
  if (executablePath === undefined) return;
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

interface Screen {
  width: number;
  colorScheme: 'light' | 'dark';
}

const SCREENS: Screen[] = [1280, 390].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
);

/** Opens a page; whatever it asks the network for besides itself is a finding. */
async function open(url: string, { width, colorScheme }: Screen): Promise<{ page: Page; asked: string[] }> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const asked: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(url)) asked.push(request.url());
  });
  page.on('dialog', (dialog) => asked.push(`a dialog: ${dialog.message()}`));
  page.on('pageerror', (error) => asked.push(`an error: ${error.message}`));
  await page.goto(url);
  return { page, asked };
}

/** What axe finds serious or critical, by rule. */
async function barriersIn(page: Page): Promise<string[]> {
  // Not as a script element, which the pages' own policy forbids.
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate('axe.run()')) as {
    violations: { id: string; impact: string; nodes: { html: string }[] }[];
  };
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`);
}

async function expectGood(url: string, screen: Screen, ready = 'main'): Promise<void> {
  const { page, asked } = await open(url, screen);
  try {
    await page.waitForSelector(ready);
    expect(await barriersIn(page)).toEqual([]);
    const sideways = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    expect(await page.evaluate(sideways), 'pixels to scroll sideways').toBe(0);
    expect(asked).toEqual([]);
  } finally {
    await page.close();
  }
}

async function expectTame(url: string, ready: string): Promise<void> {
  const { page, asked } = await open(url, SCREENS[0]!);
  try {
    await page.waitForSelector(ready);
    expect(await page.evaluate('document.body.textContent.includes("window.pwned=1")')).toBe(true);
    for (const found of await page.locator('summary').all()) await found.click();
    expect(await page.evaluate('window.pwned')).toBeUndefined();
    expect(await page.locator('img, b, a[href^="javascript"], body script:not([src])').count()).toBe(0);
    expect(asked).toEqual([]);
  } finally {
    await page.close();
  }
}

// In CI they run whatever is missing, and fail.
describe.skipIf(executablePath === undefined && !process.env['CI'])('in a browser', () => {
  const url = (path: string) => pathToFileURL(path).href;

  test('axe finds a barrier where there is one', async () => {
    const page = await browser.newPage();
    await page.setContent(
      '<main><img src="data:,"><p style="color:#aaa;background:#fff">hardly seen</p></main>',
    );
    const found = (await barriersIn(page)).map((text) => text.split(':')[0]);
    expect(found).toEqual(expect.arrayContaining(['image-alt', 'color-contrast']));
    await page.close();
  });

  test.each(SCREENS)('a report is for everybody: $width wide, $colorScheme', async (screen) => {
    const all = [breaker, compared].map((input, i) => writePages(join(folder, `good-${i}`), input).report);
    for (const report of all) await expectGood(url(report), screen);
  });

  test.each(SCREENS)('the page over all runs is for everybody: $width wide, $colorScheme', async (screen) => {
    await expectGood(url(writePages(join(folder, 'index'), breaker).index), screen);
  });

  test.each(SCREENS)('the live page is for everybody: $width wide, $colorScheme', async (screen) => {
    live = await startLive(breaker);
    try {
      await expectGood(livePage, screen, '#pictures svg');
      live.end(breaker);
      await expectGood(livePage, screen, '#end:not([hidden])');
    } finally {
      await live.close();
    }
  });

  test('text from outside does nothing in a report and in the page over all runs', async () => {
    const { report, index } = writePages(join(folder, 'evil'), evil);
    await expectTame(url(report), 'main section');
    await expectTame(url(index), 'main section');
  });

  test('text from outside does nothing in the live page', async () => {
    live = await startLive(evil);
    try {
      await expectTame(livePage, '#pictures svg');
      live.end(evil);
      await expectTame(livePage, '#end:not([hidden])');
    } finally {
      await live.close();
    }
  });

  test('the live page shows the run, ends with the verdict, and says so when the run is gone', async () => {
    live = await startLive(breaker);
    const { page } = await open(livePage, SCREENS[0]!);
    await page.waitForSelector('#pictures svg');
    const shown = (await page.locator('#trial').textContent()) ?? '';
    for (const text of ['breaker · candidate', 'latency', '20/s', '13 ms', '1.2 s', '20 %'])
      expect(shown).toContain(text);
    live.end(breaker);
    await live.close();
    await page.waitForSelector('#end:not([hidden])');
    const end = page.locator('#end');
    expect(await end.textContent()).toContain('The candidate kept all 2 objectives.');
    const link = end.getByRole('link');
    expect(await link.textContent()).toBe('/somewhere/reports/runs/test-chaos/report.html');
    expect(await link.getAttribute('href')).toBe('file:///somewhere/reports/runs/test-chaos/report.html');
    await page.close();

    live = await startLive(breaker);
    const left = await open(livePage, SCREENS[0]!);
    await left.page.waitForSelector('#pictures svg');
    await live.close();
    await left.page.waitForSelector('#connection:not([hidden])');
    await left.page.close();
  });

  test('on paper everything that is folded on a screen is there', async () => {
    const { report } = writePages(join(folder, 'paper'), breaker);
    const { page } = await open(url(report), SCREENS[0]!);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    const hidden = `[...document.querySelectorAll('details table')].filter((one) => one.getBoundingClientRect().height === 0).length`;
    expect(await page.evaluate(hidden)).toBe(0);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(20_000);
    await page.close();
  });
});
