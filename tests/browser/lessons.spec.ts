// The lessons: links in the prose move the figure, the model judges the guesses, and what was done is remembered.
import { expect, test, type Page } from '@playwright/test';
import { figureOf, guess, LESSONS, openLesson, PROSE, settled, stateIn } from './lesson_page.ts';

test.beforeEach(({}, { project }) => test.skip(project.name !== 'cpu', 'the same on every backend'));

/** What went wrong on a page, and what it asked of other hosts. */
function watch(page: Page, home: string): string[] {
  const troubles: string[] = [];
  page.on('pageerror', ({ message }) => troubles.push(message));
  page.on('console', (message) => {
    // A model folder may come without means; a browser reports what it asked for in vain.
    if (message.type() === 'error' && !message.location().url.endsWith('/means.safetensors')) troubles.push(message.text());
  });
  page.on('request', (request) => {
    if (request.url().startsWith('http') && new URL(request.url()).origin !== new URL(home).origin) troubles.push(request.url());
  });
  return troubles;
}

for (const lesson of LESSONS) {
  test(`${lesson}: every link in the prose reaches the figure, by the keyboard`, async ({ page, baseURL }) => {
    test.setTimeout(300_000);
    const troubles = watch(page, baseURL ?? '');
    const figure = await openLesson(page, lesson);
    const links = await page.locator('article a[href^="#v="]').all();
    expect(links.length).toBeGreaterThan(5);
    for (const link of links) {
      const hash = (await link.getAttribute('href')) ?? '';
      await test.step((await link.textContent()) ?? '', async () => {
        await link.focus();
        await page.keyboard.press('Enter');
        const says = (await link.getAttribute('data-says')) ?? '';
        expect(says).not.toBe('');
        // First what was asked for, then what the figure found: numbers that only it can know.
        await expect(page.getByRole('status').filter({ hasText: `In the figure: ${says}.` })).toHaveText(/\. .*\d/, { timeout: 90_000 });
        for (const [name, value] of stateIn(hash)) await expect(figure).toHaveAttribute(name, value);
        await expect(figure).toHaveAttribute('status', 'ready');
        expect(stateIn(page.url())).toEqual(stateIn(hash));
      });
    }
    expect(troubles).toEqual([]);
  });

  test(`${lesson}: each question is judged, a right guess and a wrong one, as the prose has it`, async ({ page }) => {
    test.setTimeout(300_000);
    await openLesson(page, lesson);
    const questions = await page.locator('[data-question]').all();
    expect(questions.length).toBeGreaterThan(3);
    for (const question of questions) {
      await test.step((await question.getAttribute('data-question')) ?? '', async () => {
        const choices = await question.getByRole('button').all();
        const first = await guess(question, choices[0]!);
        expect(first.words).toMatch(/The model says: .+\. .*\d/);
        const named = await Promise.all(choices.map(async (choice) => (await choice.textContent())?.trim()));
        // Whatever the model answers is one of the choices.
        expect(named).toContain(first.answer);
        expect(first.right).toBe(named[0] === first.answer);
        const name = (await question.getAttribute('data-question')) ?? '';
        const value = await choices[named.indexOf(first.answer)]?.getAttribute('value');
        expect(PROSE[lesson][name] ?? value, name).toBe(value);
        const other = first.right ? choices[1]! : choices[named.indexOf(first.answer)]!;
        const second = await guess(question, other);
        expect(second.answer).toBe(first.answer);
        expect(second.right).toBe(!first.right);
      });
    }
  });

  test(`${lesson}: a link in it is a share link, and opens its state on its own`, async ({ page }) => {
    await page.goto(`./${lesson}.html`);
    const href = (await page.locator('details.step:first-of-type a[href^="#v="]').first().getAttribute('href')) ?? '';
    await page.goto('about:blank');
    await page.goto(`./${lesson}.html${href}`);
    await settled(figureOf(page));
    for (const [name, value] of stateIn(href)) await expect(figureOf(page)).toHaveAttribute(name, value);
  });
}

test('the judge reads the live model: other numbers, another answer', async ({ page }) => {
  const figure = await openLesson(page, 'induction');
  const question = page.locator('[data-question=ablate]');
  const less = question.getByRole('button', { name: 'much less likely' });
  expect((await guess(question, less)).right).toBe(true);
  await figure.evaluate((element) => {
    const live = element as unknown as { exportData(): Promise<Record<string, unknown>> };
    const real = live.exportData.bind(live);
    live.exportData = async () => ({ ...(await real()), effect: { before: -2, after: -1, control: null } });
  });
  const second = await guess(question, less);
  expect(second).toMatchObject({ right: false, answer: 'more likely' });
  expect(second.words).toContain('+1.00 nats');
});

test('the numbers that are told are those of the figure', async ({ page }) => {
  const figure = await openLesson(page, 'induction');
  const question = page.locator('[data-question=ablate]');
  const { words } = await guess(question, question.getByRole('button').first());
  const effect = await figure.evaluate(async (element) =>
    ((await (element as unknown as { exportData(): Promise<object> }).exportData()) as { effect: { before: number; after: number } }).effect);
  const nats = effect.after - effect.before;
  expect(words).toContain(`${nats < 0 ? '−' : '+'}${Math.abs(nats).toFixed(2)} nats`);
});

test('a figure that is changed before it answered is not judged by', async ({ page }) => {
  await settled(await openLesson(page, 'induction'));
  const question = page.locator('[data-question=ablate]');
  // In one turn of the page: no answer of the worker can come between.
  await question.getByRole('button').first().evaluate(async (button: HTMLElement) => {
    button.click();
    await Promise.resolve();
    await Promise.resolve();
    document.querySelector('.figure > :first-child')!.setAttribute('ablate', '1.0:zero');
  });
  await expect(question.locator('.reveal')).toHaveText(/The figure was changed before it could answer/);
});

test('hiding its controls is no such change', async ({ page }) => {
  const figure = await openLesson(page, 'induction');
  await settled(figure);
  const question = page.locator('[data-question=ablate]');
  const answered = guess(question, question.getByRole('button').first());
  await figure.evaluate((element) => element.setAttribute('hide', 'controls,lesson'));
  expect((await answered).words).toMatch(/nats/);
});

test('a step waits for the reader, opens the next, and is remembered', async ({ page }) => {
  await page.goto('./induction.html');
  const [first, second] = [page.locator('#stream'), page.locator('#attention')];
  await expect(second).not.toHaveAttribute('open');
  // Following a link is not yet an answer.
  await first.getByRole('link', { name: 'probability' }).click();
  await expect(first).not.toHaveClass(/done/);
  await guess(first.locator('[data-question]'), first.getByRole('button').first());
  await expect(first).toHaveClass(/done/);
  await expect(second).toHaveAttribute('open');
  await expect(page.getByText('1 of 5 steps done.')).toBeVisible();

  await page.reload();
  await expect(first).toHaveClass(/done/);
  await expect(first).toHaveAttribute('open');
  await expect(second).toHaveAttribute('open');
  // Another lesson knows nothing of it.
  await page.goto('./othello.html');
  await expect(page.locator('.step.done')).toHaveCount(0);

  await page.goto('./induction.html');
  await page.getByRole('button', { name: 'Start again' }).click();
  await expect(page.locator('.step.done')).toHaveCount(0);
  await expect(second).not.toHaveAttribute('open');
  await page.reload();
  await expect(page.locator('.step.done')).toHaveCount(0);
});

test('a task is done by the reader’s own hand, not by a link', async ({ page }) => {
  const figure = await openLesson(page, 'induction');
  const task = page.locator('[data-task=layer]');
  await page.locator('#circuit').getByRole('link', { name: 'head 1.2' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'From “␣Mr” head 1.2 looks most at' })).toBeVisible();
  await expect(task).not.toHaveClass(/done/);
  await figure.getByRole('button', { name: /Head 0\.3/ }).click();
  await settled(figure);
  await expect(task).not.toHaveClass(/done/);
  await figure.getByRole('button', { name: /Head 1\.1/ }).click();
  await expect(task).toHaveClass(/done/);
});

test('on a narrow page the figure comes into sight, and the way back leads to the link', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await openLesson(page, 'othello');
  const link = page.locator('#frames').getByRole('link').first();
  await link.scrollIntoViewIfNeeded();
  await expect(figureOf(page)).not.toBeInViewport();
  await link.click();
  await expect(figureOf(page)).toBeInViewport();
  await page.getByRole('button', { name: 'Back to the text' }).click();
  await expect(link).toBeInViewport();
  await expect(link).toBeFocused();
  await expect(figureOf(page)).not.toBeInViewport();
});

test('the browser’s way back leads to the state before', async ({ page }) => {
  const figure = await openLesson(page, 'induction');
  await page.locator('#attention').getByRole('link', { name: 'head 0.3', exact: true }).click();
  await expect(figure).toHaveAttribute('head', '3');
  await page.locator('#circuit').getByRole('link', { name: 'head 1.2' }).click();
  await expect(figure).toHaveAttribute('head', '2');
  await page.goBack();
  await expect(figure).toHaveAttribute('layer', '0');
  await expect(figure).toHaveAttribute('head', '3');
});

test('without a memory the lesson goes on', async ({ page, baseURL }) => {
  const troubles = watch(page, baseURL ?? '');
  await page.addInitScript(() => Object.defineProperty(window, 'localStorage', { get: () => { throw new Error('Not here.'); } }));
  await openLesson(page, 'induction');
  const question = page.locator('[data-question=previous]');
  await guess(question, question.getByRole('button').first());
  expect(troubles).toEqual([]);
});
