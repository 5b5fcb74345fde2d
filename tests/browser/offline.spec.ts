// The time without a network: what one visit keeps, and what the reader chooses. Updates are in updates.spec.ts.
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test as base, type Locator, type Page } from '@playwright/test';
import { DIST, SiteServer } from './site_server.ts';

const test = base.extend<{ site: SiteServer }>({
  site: async ({}, use) => {
    const site = await SiteServer.start();
    await use(site);
    await site.stop().catch(() => {});
  },
});
test.use({ serviceWorkers: 'allow' });

const PAGES = ['induction', 'superposition', 'othello', 'features'] as const;

/** The page "Offline", once it says what is kept. */
async function openOffline(page: Page, site: SiteServer): Promise<void> {
  await page.goto(`${site.origin}offline.html`);
  await expect(page.getByRole('table')).toBeVisible();
}

const kept = (page: Page, part: string): Locator => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: part, exact: true }) }).getByRole('cell').nth(1);

/** What goes wrong on a page that is opened from now on. */
function troubles(page: Page): string[] {
  const seen: string[] = [];
  page.on('pageerror', (error) => seen.push(error.message));
  page.on('requestfailed', (request) => {
    const { errorText = '' } = request.failure() ?? {};
    // What a page has under way when one leaves it is given up, not missing.
    if (errorText !== 'net::ERR_ABORTED') seen.push(`${errorText} ${request.url()}`);
  });
  page.on('console', (message) => {
    if (message.type() === 'error') seen.push(message.text());
  });
  return seen;
}

async function ready(page: Page, tag: string): Promise<void> {
  await expect(page.locator(tag).first()).toHaveAttribute('status', /ready|running/, { timeout: 60_000 });
}

test('every page brings the keeper, and the frame that stands on other sites does not', async () => {
  const pages = (await readdir(DIST)).filter((name) => name.endsWith('.html'));
  const bringing = await Promise.all(pages.map(async (name) => [name, /src="\.\/site\/(keep|offline)\.js"/.test(await readFile(join(DIST, name), 'utf8'))] as const));
  expect(bringing.filter(([, brings]) => !brings).map(([name]) => name).filter((name) => !name.startsWith('embed.'))).toEqual([]);
  expect(bringing.filter(([name, brings]) => brings && name.startsWith('embed.'))).toEqual([]);
});

for (const [theme, width] of [['light', 1280], ['dark', 320]] as const) {
  test(`the page is accessible, ${theme}, ${width} px wide, and nothing on it moves`, async ({ page, site }) => {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: theme });
    await page.addInitScript(() => {
      Object.assign(globalThis, { shift: 0 });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) (globalThis as unknown as { shift: number }).shift += (entry as unknown as { value: number }).value;
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await openOffline(page, site);
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
    expect(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`))).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    expect(await page.evaluate(() => (globalThis as unknown as { shift: number }).shift)).toBeLessThan(0.05);
  });
}

test('after one visit the widget that was used works without a network, and no other part was taken', async ({ page, site }) => {
  await page.goto(`${site.origin}superposition.html`);
  await ready(page, 'glass-superposition');
  const second = await page.context().newPage();
  await openOffline(second, site);
  await expect.poll(async () => (await second.reload(), await expect(second.getByRole('table')).toBeVisible(), await kept(second, 'Superposition').textContent())).toBe('yes');
  await expect(kept(second, 'Features')).not.toHaveText('yes');
  expect(site.asked.filter((path) => path.endsWith('.safetensors'))).toEqual([]);

  await site.stop();
  const seen = troubles(page);
  await page.reload();
  await ready(page, 'glass-superposition');
  expect(seen).toEqual([]);
});

test('kept for the workshop, every page works without a network, and asks for nothing', async ({ page, site }) => {
  test.slow();
  await openOffline(page, site);
  await page.getByRole('button', { name: 'Keep everything for the workshop' }).click();
  await expect(page.getByText('Everything is kept.')).toBeVisible({ timeout: 60_000 });
  const { files } = JSON.parse(await readFile(join(DIST, 'site', 'files.json'), 'utf8')) as { files: { bytes: number }[] };
  const total = `${(files.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6).toFixed(1)} MB`;
  await expect(page.getByText(`${total} of ${total} are kept`)).toBeVisible();

  await site.stop();
  const seen = troubles(page);
  for (const name of PAGES) {
    await page.goto(`${site.origin}${name}.html`);
    const element = page.locator(`glass-${name}`).first();
    await element.scrollIntoViewIfNeeded();
    await ready(page, `glass-${name}`);
  }
  await page.goto(`${site.origin}superposition.de.html`);
  await ready(page, 'glass-superposition');
  await expect(page.getByRole('button', { name: 'Teilen' })).toBeVisible();
  for (const name of (await readdir(DIST)).filter((name) => name.endsWith('.html') && !PAGES.some((widget) => name.startsWith(widget)))) {
    await page.goto(site.origin + name, { waitUntil: 'networkidle' });
    expect(seen, name).toEqual([]);
  }
  await page.goto(site.origin);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  expect(seen).toEqual([]);
});

test('what is dropped is gone, is said to be, and does not come back by being used', async ({ page, site }) => {
  await openOffline(page, site);
  await page.getByRole('button', { name: 'Keep Superposition' }).click();
  await expect(kept(page, 'Superposition')).toHaveText('yes');
  await page.getByRole('button', { name: 'Drop Superposition' }).click();
  await expect(kept(page, 'Superposition')).toHaveText('no');
  await page.goto(`${site.origin}superposition.html`);
  await ready(page, 'glass-superposition');
  await openOffline(page, site);
  await expect(kept(page, 'Superposition')).toHaveText('no');

  await site.stop();
  await page.goto(`${site.origin}superposition.html`);
  await expect(page.locator('glass-superposition')).toHaveAttribute('status', 'error', { timeout: 60_000 });
});
