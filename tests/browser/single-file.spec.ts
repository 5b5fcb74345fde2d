// Each widget's page as one file: it opens from the disk, works without a network, and asks for nothing.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test as base } from '@playwright/test';
import { singleFiles } from './site_server.ts';

const test = base.extend<object, { folder: string }>({
  folder: [
    async ({}, use) => {
      const folder = await mkdtemp(join(tmpdir(), 'glasshouse-single-'));
      await singleFiles(folder);
      await use(folder);
      await rm(folder, { recursive: true });
    },
    { scope: 'worker' },
  ],
});

for (const name of ['induction', 'superposition', 'othello', 'features']) {
  test(`${name}.html works from the disk, with its own models, and asks for nothing`, async ({ page, context, folder }) => {
    const seen: string[] = [];
    page.on('pageerror', (error) => seen.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') seen.push(message.text());
    });
    const file = pathToFileURL(join(folder, `${name}.html`)).href;
    context.on('request', (request) => {
      const url = request.url();
      if (url !== file && !/^(data|blob):/.test(url)) seen.push(url);
    });
    await context.setOffline(true);
    await page.goto(file);
    const element = page.locator(`glass-${name}`).first();
    await element.scrollIntoViewIfNeeded();
    await expect(element).toHaveAttribute('status', /ready|running/, { timeout: 60_000 });
    const data = await element.evaluate(async (node) => (node as HTMLElement & { exportData(): Promise<{ selfCheck: { ok: boolean }; backend: string }> }).exportData());
    expect(data.selfCheck.ok).toBe(true);
    expect(data.backend).toBe('cpu');
    expect(seen).toEqual([]);
  });
}

test('links lead to the other files or to nowhere, and a change of state stays in the address', async ({ page, folder }) => {
  await page.goto(pathToFileURL(join(folder, 'superposition.html')).href);
  await page.getByRole('navigation').getByRole('link', { name: 'Othello' }).click();
  await expect(page).toHaveURL(/\/othello\.html$/);
  const targets = await page.getByRole('link').evaluateAll((links) => links.map((link) => new URL((link as HTMLAnchorElement).href).protocol));
  expect(targets.length).toBeGreaterThan(3);
  const local = await page.getByRole('link').evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href).filter((href) => href.startsWith('file:')));
  expect(local.every((href) => /\/(induction|superposition|othello|features)\.html|#/.test(href))).toBe(true);
});

test('a file in German speaks German, and links to the other German ones', async ({ page, context, folder }) => {
  await singleFiles(folder, 'de');
  await context.setOffline(true);
  await page.goto(pathToFileURL(join(folder, 'superposition.de.html')).href);
  await expect(page.locator('glass-superposition')).toHaveAttribute('status', /ready|running/, { timeout: 60_000 });
  await expect(page.getByRole('button', { name: 'Teilen' })).toBeVisible();
  await expect(page.getByRole('contentinfo')).toContainText('Diese Seite ist eine einzige Datei');
  await page.getByRole('navigation').getByRole('link', { name: 'Induktion' }).click();
  await expect(page).toHaveURL(/\/induction\.de\.html$/);
});
