// Accessibility, checked by axe in every state, theme and width.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { change, expect, mount, test, tiny } from './induction_page.ts';

test.beforeEach(({}, { project }) => test.skip(project.name !== 'cpu', 'the same on every backend'));

const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** `only` is a path of selectors through shadow roots. */
async function violations(page: Page, only?: [string, string]): Promise<string[]> {
  const builder = new AxeBuilder({ page }).withTags(STANDARDS);
  const { violations } = await (only ? builder.include({ fromShadowDom: only }) : builder).analyze();
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
      await element.evaluate((node) => node.shadowRoot!.querySelectorAll('details').forEach((details) => (details.open = true)));
      await element.getByRole('button', { name: 'Embed' }).click();
      await expect(element.getByRole('textbox', { name: /as a frame/ })).toBeVisible();
      expect(await violations(page)).toEqual([]);
      await element.getByRole('button', { name: 'Download' }).click();
      await expect(element.getByRole('button', { name: 'Picture (PNG)' })).toBeVisible();
      expect(await violations(page, ['glass-induction', '.foot'])).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      const right = (selector: string) => element.locator(selector).evaluate((node) => node.getBoundingClientRect().right);
      expect(await right('.field')).toBeLessThan(await right('.frame'));
    });
  }

  test(`loading and failing, ${theme}`, async ({ page, models }) => {
    await mount(page, { model: `${models.origin}/nothing/`, twin: 'none', theme });
    expect(await violations(page, ['glass-induction', '.frame'])).toEqual([]);
  });
}
