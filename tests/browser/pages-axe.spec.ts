// The pages that are no lessons, by axe, in both themes and two widths, with everything on them that a reader can bring about; and nothing moves by itself.
import AxeBuilder from '@axe-core/playwright';
import { fileURLToPath } from 'node:url';
import { expect, test, type Page } from '@playwright/test';

test.beforeEach(({}, { project }) => test.skip(project.name !== 'cpu', 'the same on every backend'));

const GOLDEN = fileURLToPath(new URL('../golden/', import.meta.url));
const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

async function violations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(STANDARDS).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ''}`));
}

const PAGES: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  yours: async (page) => {
    const files = ['config.json', 'model.safetensors'].map((name) => `${GOLDEN}standard-ln-gelu/${name}`);
    await page.getByLabel('Choose files').setInputFiles(files);
    await expect(page.locator('glass-induction')).toHaveAttribute('status', 'ready', { timeout: 60_000 });
    await page.getByLabel('Choose files').setInputFiles(`${GOLDEN}README.md`);
    await expect(page.getByRole('alert')).toBeVisible();
  },
  numbers: async (page) => {
    await page.getByRole('button', { name: 'Check every model here' }).click();
    await expect(page.locator('#machine [role=status]')).toHaveText(/checks passed/, { timeout: 60_000 });
    await page.locator('#models summary').first().click();
    await expect(page.locator('#models').getByRole('heading', { name: 'Recipe' })).toBeVisible();
  },
  workshop: async (page) => {
    await page.getByRole('radio', { name: 'Othello' }).check();
    await expect(page.locator('#stage glass-othello')).toHaveAttribute('status', 'ready', { timeout: 60_000 });
  },
};

for (const [name, act] of Object.entries(PAGES)) {
  for (const [colorScheme, width] of [['light', 1280], ['dark', 320]] as const) {
    test(`${name}, ${colorScheme}, ${width} px wide`, async ({ page }) => {
      await page.addInitScript(() => {
        const seen = Object.assign(window, { shifted: 0 });
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) if (!entry.hadRecentInput) seen.shifted += entry.value;
        }).observe({ type: 'layout-shift', buffered: true });
      });
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 900 });
      await page.goto(`./${name}.html`);
      await page.waitForLoadState('networkidle');
      expect(await page.evaluate(() => (window as unknown as { shifted: number }).shifted)).toBeLessThan(0.05);
      expect(await violations(page)).toEqual([]);
      await act(page);
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    });
  }
}
