// “Numbers”: cards and sizes out of the built site's own files, checks and timings on this machine.
import { expect, test } from '@playwright/test';

test.beforeEach(({ page }) => page.goto('./numbers.html'));

test('every shipped model has its card, rendered from its own folder', async ({ page, request }) => {
  const { files } = (await (await request.get('./site/files.json')).json()) as { files: { path: string }[] };
  const folders = files.map(({ path }) => /^models\/([^/]+)\/README\.md$/.exec(path)?.[1]).filter((name) => name !== undefined);
  expect(folders.length).toBeGreaterThan(5);
  await expect(page.locator('#models details')).toHaveCount(folders.length);
  for (const name of folders) {
    const card = page.locator('#models details').filter({ has: page.getByRole('heading', { name, exact: true, level: 3 }) });
    await card.locator('summary').click();
    await expect(card.getByRole('heading', { name: 'Licence' })).toBeVisible();
    expect(await card.getByRole('table').count()).toBeGreaterThan(0);
    // What is left of the Markdown would be a construct that the page does not know.
    expect((await card.innerText()).split('\n').filter((line) => /^(#|\||```|- )|\*\*|\]\(/.test(line)), name).toEqual([]);
    await card.locator('summary').click();
  }
});

test('the check runs every model that has reference values, on this machine', async ({ page }, { project }) => {
  await page.getByRole('button', { name: 'Check every model here' }).click();
  await expect(page.locator('#machine [role=status]')).toHaveText(/^8 of 8 checks passed/, { timeout: 110_000 });
  const rows = page.getByRole('group', { name: 'Self-checks' }).locator('tbody tr');
  for (const row of await rows.all()) {
    await expect(row.getByRole('cell').nth(0)).toContainText('CPU');
    await expect(row.getByRole('cell').nth(1)).toContainText(project.name === 'webgpu' ? 'WebGPU' : 'CPU');
  }
});

test('the timing gives every model its medians, and can be stopped', async ({ page }, { project }) => {
  test.skip(project.name === 'webgpu', 'A software adapter takes minutes over this.');
  const button = page.getByRole('button', { name: 'How fast is this machine?' });
  await button.click();
  const rows = page.getByRole('group', { name: 'Speed of this machine' }).locator('tbody tr');
  await expect(rows).toHaveCount(4, { timeout: 60_000 });
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(button).toBeEnabled();
  for (const row of await rows.all()) {
    const [, tokens, median, fastest, , gflop] = await row.getByRole('cell').allInnerTexts();
    expect(Number(tokens)).toBeGreaterThan(50);
    expect(Number(fastest)).toBeGreaterThan(0);
    expect(Number(median)).toBeGreaterThanOrEqual(Number(fastest));
    // No thread of a browser does more, and a slower one would not be measuring the model.
    expect(Number(gflop)).toBeGreaterThan(0.1);
    expect(Number(gflop)).toBeLessThan(500);
  }
});

test('sizes come from the build, and figures of other machines are called precomputed', async ({ page, request }) => {
  const { rows } = (await (await request.get('./site/sizes.json')).json()) as { rows: { what: string; bytes: number; budget: number }[] };
  await expect(page.locator('#sizes tbody tr')).toHaveCount(rows.length);
  await expect(page.locator('#sizes')).toContainText('models/othello, on disk');
  for (const { bytes, budget } of rows) expect(bytes).toBeLessThanOrEqual(budget);
  await expect(page.getByText('Precomputed.')).toBeVisible();
  await expect(page.locator('#precomputed').getByRole('table').first()).toContainText('GFLOP/s');
});
