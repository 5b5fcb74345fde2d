// A teacher composes a link; a student opens it.
import { expect, test, type Page } from '@playwright/test';

const ready = (page: Page, tag: string) => expect(page.locator(tag)).toHaveAttribute('status', 'ready', { timeout: 90_000 });

test('a composed link opens in its state, and what is hidden is hidden', async ({ page, context }) => {
  await page.goto('./workshop.html');
  await ready(page, '#stage glass-induction');
  await page.getByLabel('Its name').fill('Week 3: who copies?');
  await page.getByLabel('the figure’s controls').check();
  await page.getByLabel('the way to the other pages').check();
  await page.getByLabel('stories', { exact: true }).check();
  await page.locator('#stage glass-induction').getByRole('textbox').first().fill('Ada met Bob. Ada met');
  await expect(page.getByLabel('The link')).toHaveValue(/text=Ada\+met\+Bob\.\+Ada\+met/);
  await ready(page, '#stage glass-induction');

  const student = await context.newPage();
  await student.goto(await page.getByLabel('The link').inputValue());
  await ready(student, 'glass-induction');
  const element = student.locator('glass-induction');
  await expect(element).toHaveAttribute('text', 'Ada met Bob. Ada met');
  await expect(element.getByRole('textbox')).toHaveCount(0);
  await expect(element.getByText('What you should see')).toHaveCount(0);
  await expect(student.getByText('Week 3: who copies?')).toBeVisible();
  await expect(student.getByRole('navigation', { name: 'Pages' })).toBeHidden();
  await expect(student.locator('article')).toBeVisible();

  // Two models are allowed: the student chooses between them.
  const choice = student.getByLabel('Model', { exact: true });
  await expect(choice).toHaveValue('induction-2l');
  await choice.selectOption('stories');
  await expect(element).toHaveAttribute('model', './models/stories/');
  await ready(student, 'glass-induction');
  await expect(element.getByText('one layer', { exact: true }).first()).toBeVisible();
  // What the student shares from there is still the workshop.
  await element.getByRole('button', { name: 'Share' }).click();
  await expect(element.getByRole('textbox', { name: /exactly this state/ })).toHaveValue(/induction\.html\?workshop=Week\+3.*#v=1.*hide=/);
});

test('a link to another model, or one that shows what is hidden, does not get past it', async ({ page }) => {
  await page.goto('./features.html?workshop=Features&hide=controls&without=text&models=stories-sae-x4#v=1&widget=glass-features&dictionary=x16&hide=lesson');
  const element = page.locator('glass-features');
  await ready(page, 'glass-features');
  expect(await element.getAttribute('dictionary')).toBe(null);
  await expect(element).toHaveAttribute('hide', 'lesson,controls');
  await expect(page.getByText('asked for a model that this workshop does not use')).toBeVisible();
  await expect(page.locator('article')).toBeHidden();
  await page.evaluate(() => (location.hash = '#v=1&widget=glass-features&hide='));
  await expect(element).toHaveAttribute('hide', 'controls');
  await expect(element.getByRole('textbox')).toHaveCount(0);
});

test('a lesson goes on teaching in a workshop: its links and questions still work', async ({ page }) => {
  await page.goto('./induction.html?workshop=Today&hide=controls');
  await ready(page, 'glass-induction');
  await page.getByRole('link', { name: 'probability' }).first().click();
  await ready(page, 'glass-induction');
  const question = page.locator('[data-question="twin"]');
  await expect(question.getByRole('button').first()).toBeEnabled();
  await question.getByRole('button').first().click();
  await expect(question).toHaveAttribute('data-judged', /right|wrong/);
  await expect(page.locator('glass-induction')).toHaveAttribute('hide', /controls/);
});

test('every lesson can be composed, and without a workshop a page is what it was', async ({ page }) => {
  await page.goto('./workshop.html');
  for (const name of ['Superposition', 'Othello', 'Features', 'Induction']) {
    await page.getByRole('radio', { name }).check();
    await expect(page.locator(`#stage glass-${name.toLowerCase()}`)).toBeAttached();
    await expect(page.getByLabel('The link')).toHaveValue(new RegExp(`/${name.toLowerCase()}\\.html\\?workshop=.*widget=glass-${name.toLowerCase()}`));
  }
  await page.goto('./induction.html');
  await expect(page.getByRole('navigation', { name: 'Pages' })).toBeVisible();
  await expect(page.locator('.workshop-banner')).toHaveCount(0);
});
