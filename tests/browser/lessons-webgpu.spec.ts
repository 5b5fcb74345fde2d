// The lessons where there is WebGPU: the questions on whose answers the prose goes on are judged as on the CPU. Software WebGPU is as slow as the slowest
// machine, and is treated as one: so this holds, too, that what a lesson says does not lean on how much optional work is done (docs/adr/0006-slow-machines.md).
import { expect, test, type Locator, type Page } from '@playwright/test';
import { guess, LESSONS, openLesson, PROSE } from './lesson_page.ts';

type Lesson = (typeof LESSONS)[number];

test.beforeEach(({}, { project }) => test.skip(project.name !== 'webgpu', 'lessons.spec.ts has more on the CPU'));

async function judged(page: Page, lesson: Lesson, after: (figure: Locator) => Promise<void>): Promise<void> {
  test.setTimeout(600_000);
  const troubles: string[] = [];
  page.on('pageerror', ({ message }) => troubles.push(message));
  const figure = await openLesson(page, lesson);
  for (const [name, answer] of Object.entries(PROSE[lesson])) {
    await test.step(name, async () => {
      const question = page.locator(`[data-question=${name}]`);
      const { right, words } = await guess(question, question.locator(`button[value="${answer}"]`));
      expect(words).toMatch(/The model says: .+\. .*\d/);
      expect(right, words).toBe(true);
      await after(figure);
    });
  }
  expect(troubles).toEqual([]);
}

for (const lesson of LESSONS.filter((name) => name !== 'superposition')) {
  test(`${lesson}: the questions are judged on WebGPU as the prose has it`, async ({ page }) => {
    await page.addInitScript(() => localStorage.setItem('glasshouse-slowness', '500'));
    await judged(page, lesson, (figure) => expect(figure).toHaveAttribute('data-backend', 'webgpu'));
  });
}

test('superposition: beside a software adapter the figure trains on the CPU, says why, and judges as the prose has it', async ({ page }) => {
  await judged(page, 'superposition', async (figure) => {
    const { backend, selfCheck } = await figure.evaluate(async (element) =>
      (await (element as unknown as { exportData(): Promise<object> }).exportData()) as { backend: string; selfCheck: { ok: boolean; reason?: string } });
    expect(backend).toBe('cpu');
    await expect(figure).toHaveAttribute('data-backend', backend);
    expect(selfCheck.reason).toContain('The graphics adapter is a program on the CPU');
    await expect(figure.locator('.numerics')).toContainText(selfCheck.reason!);
  });
});
