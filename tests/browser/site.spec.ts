// The house itself: the built site works on any static host, from any folder.
import { expect, test, type Page } from '@playwright/test';

/** Opens a page and returns what went wrong on it: errors thrown, and files that the host did not have. */
async function open(page: Page, url: string): Promise<string[]> {
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('response', (response) => {
    if (response.status() >= 400) troubles.push(`${response.status()} ${response.url()}`);
  });
  await page.goto(url, { waitUntil: 'networkidle' });
  return troubles;
}

for (const folder of ['./', './deep/folder/']) {
  for (const file of ['index.html', 'embed.html']) {
    test(`${folder}${file} opens without an error or a missing file`, async ({ page }) => {
      expect(await open(page, folder + file)).toEqual([]);
    });
  }

  test(`${folder} asks nothing of its host but its own folder`, async ({ page, baseURL }) => {
    const home = new URL(folder, baseURL).href;
    const strays: string[] = [];
    page.on('request', (request) => {
      const url = request.url();
      if (url.startsWith('http') && !url.startsWith(home) && !url.endsWith('/favicon.ico')) strays.push(url);
    });
    await page.goto(folder, { waitUntil: 'networkidle' });
    expect(strays).toEqual([]);
  });
}

test('the JavaScript API is one module at a versioned and at a plain address', async ({ page }) => {
  await page.goto('./');
  const same = await page.evaluate(async () => {
    const [plain, versioned] = ['glasshouse.js', 'v1/glasshouse.js'].map((path) => new URL(path, document.baseURI).href);
    const names = async (url: string) => Object.keys((await import(url)) as object);
    return { plain: await names(plain!), versioned: await names(versioned!) };
  });
  expect(same.plain).toEqual(same.versioned);
  expect(same.plain.length).toBeGreaterThan(0);
});

test('the browser has the engine that this project is named for', async ({ page }, { project }) => {
  await page.goto('./');
  const adapter = await page.evaluate(async () => {
    const gpu = (navigator as { gpu?: { requestAdapter(): Promise<object | null> } }).gpu;
    return Boolean(await gpu?.requestAdapter());
  });
  expect(adapter).toBe(project.name === 'webgpu');
});
