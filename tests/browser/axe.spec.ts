// Accessibility, checked by axe in every state, theme and width.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { change, expect, mount, test, tiny } from './induction_page.ts';

const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

async function violations(page: Page, only?: string): Promise<string[]> {
  const builder = new AxeBuilder({ page }).withTags(STANDARDS);
  const { violations } = await (only ? builder.include(only) : builder).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ''}`));
}

for (const theme of ['light', 'dark']) {
  for (const width of [1280, 320]) {
    test(`the element, ${theme}, ${width} px wide, everything open`, async ({ page, models }) => {
      await page.setViewportSize({ width, height: 900 });
      await page.evaluate(() => {
        document.documentElement.lang = 'en';
        const main = document.createElement('main');
        main.append(Object.assign(document.createElement('h1'), { textContent: 'A page' }), Object.assign(document.createElement('h2'), { textContent: 'A part' }));
        document.body.append(main);
      });
      const element = await mount(page, tiny(models, { theme }));
      await element.evaluate((node) => document.querySelector('main')!.append(node));
      await change(element, { layer: 1, head: 2, position: 3, ablate: '1.2:zero,0.1:mean' });
      expect(await violations(page)).toEqual([]);
      await element.evaluate((node) => node.shadowRoot!.querySelectorAll('details').forEach((details) => (details.open = true)));
      for (const name of ['Share', 'Embed', 'Download', 'Copy as Python']) {
        await element.getByRole('button', { name }).click();
        await expect(element.getByRole('button', { name })).toHaveAttribute('aria-expanded', 'true');
        expect(await violations(page)).toEqual([]);
      }
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    });
  }

  test(`loading and failing, ${theme}`, async ({ page, models }) => {
    await mount(page, { model: `${models.origin}/nothing/`, twin: 'none', theme });
    expect(await violations(page, 'glass-induction')).toEqual([]);
  });

  test(`the front page, ${theme}`, async ({ page, baseURL }) => {
    await page.emulateMedia({ colorScheme: theme as 'light' });
    await page.setViewportSize({ width: 320, height: 800 });
    await page.goto(baseURL ?? '');
    await expect(page.locator('glass-induction')).toHaveAttribute('status', /ready|error/);
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  });
}
