// The lessons on WebGPU: the questions on whose answers the prose goes on are judged as on the CPU. Software WebGPU is as slow as the slowest machine,
// and is treated as one: so this holds, too, that what a lesson says does not lean on how much optional work is done (docs/adr/0006-slow-machines.md).
import { expect, test } from '@playwright/test';
import { guess, LESSONS, openLesson, PROSE } from './lesson_page.ts';

test.beforeEach(async ({ page }, { project }) => {
  test.skip(project.name !== 'webgpu', 'lessons.spec.ts has more on the CPU');
  await page.addInitScript(() => localStorage.setItem('glasshouse-slowness', '500'));
});

for (const lesson of LESSONS) {
  test(`${lesson}: the questions are judged on WebGPU as the prose has it`, async ({ page }) => {
    test.skip(lesson === 'superposition', 'software WebGPU trains 10,000 steps too slowly; superposition.spec.ts compares the backends on fewer');
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
        await expect(figure).toHaveAttribute('data-backend', 'webgpu');
      });
    }
    expect(troubles).toEqual([]);
  });
}
