// <glass-features>: accessibility, checked by axe in every theme and width.
import AxeBuilder from '@axe-core/playwright';
import { expect, exported, mount, test, TEXT } from './features_page.ts';

test.beforeEach(({}, { project }) => test.skip(project.name !== 'cpu', 'the same on every backend'));

const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

for (const theme of ['light', 'dark']) {
  for (const width of [1280, 320]) {
    test(`everything open, ${theme}, ${width} px wide`, async ({ page }) => {
      test.setTimeout(300_000);
      await page.setViewportSize({ width, height: 900 });
      await page.evaluate(() => {
        document.documentElement.lang = 'en';
        const main = document.createElement('main');
        main.append(Object.assign(document.createElement('h1'), { textContent: 'A page' }), Object.assign(document.createElement('h2'), { textContent: 'A part' }));
        document.body.append(main);
      });
      const element = await mount(page, { text: TEXT, search: ' the', theme });
      await element.evaluate((node) => document.querySelector('main')!.append(node));
      await exported(element);
      await element.getByRole('button', { name: 'Open the workbench' }).click();
      await element.evaluate((node) => node.shadowRoot!.querySelectorAll('details').forEach((details) => (details.open = true)));
      await element.getByRole('button', { name: /^Fetch the other two/ }).click();
      await expect(element.locator('.rival li').first()).toBeVisible({ timeout: 90_000 });
      await expect(element.locator('.rival')).toHaveCount(3);
      await element.getByRole('button', { name: 'Card A is the trained one' }).click();
      await element.getByRole('radio', { name: 'a toy with known features' }).click();
      await element.getByRole('button', { name: 'Train', exact: true }).click();
      await expect.poll(async () => (await exported(element)).live?.history.length ?? 0, { timeout: 90_000 }).toBeGreaterThan(2);
      await element.getByRole('button', { name: 'Pause' }).click();
      await element.evaluate((node) => node.shadowRoot!.querySelectorAll('details').forEach((details) => (details.open = true)));
      await element.getByRole('button', { name: 'Embed' }).click();
      await expect(element.getByRole('textbox', { name: /as a frame/ })).toBeVisible();
      const { violations } = await new AxeBuilder({ page }).withTags(STANDARDS).analyze();
      expect(violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ''}`))).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    });
  }
}
