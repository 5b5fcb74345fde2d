// Accessibility of the front page and the lessons, everything open, checked by axe.
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { guess, LESSONS } from './lesson_page.ts';

test.beforeEach(({}, { project }) => test.skip(project.name !== 'cpu', 'the same on every backend'));

const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

for (const name of ['index', ...LESSONS]) {
  for (const [theme, width] of [['light', 1280], ['dark', 320]] as const) {
    test(`${name}.html, ${theme}, ${width} px wide`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize({ width, height: 900 });
      await page.goto(`./${name}.html`);
      for (const element of await page.locator('.figure > :first-child').all()) {
        await element.scrollIntoViewIfNeeded();
        await expect(element).toHaveAttribute('status', /ready/);
      }
      await page.locator('main').evaluate((main) => main.querySelectorAll('details').forEach((step) => (step.open = true)));
      const question = page.locator('[data-question]').first();
      if (name !== 'index') await guess(question, question.getByRole('button').first());
      const { violations } = await new AxeBuilder({ page }).withTags(STANDARDS).analyze();
      expect(violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ''}`))).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    });
  }
}
