// The house itself: the built site works on any static host, from any folder.
import { expect, test, type Page } from '@playwright/test';
import { pagesOf } from './lesson_page.ts';

/** Opens a page and returns what went wrong on it: errors thrown, and files that the host did not have. */
async function open(page: Page, url: string): Promise<string[]> {
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('response', (response) => {
    // A model folder may come without means: whether it has them is asked of the host.
    if (response.status() >= 400 && !response.url().endsWith('/means.safetensors')) troubles.push(`${response.status()} ${response.url()}`);
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

test('every page has the same way through the site, and says where one is', async ({ page, request }, { project }) => {
  test.skip(project.name !== 'cpu', 'the same on every backend');
  const pages = (await pagesOf(page)).filter((name) => !name.startsWith('embed.'));
  /** The header of each page, but for where one is. */
  const headers = new Map<string, string>();
  for (const name of pages) {
    const html = await (await request.get(`./${name}`)).text();
    const header = /<header class="site-header">[^]*?<\/header>/.exec(html)?.[0] ?? '';
    expect([...header.matchAll(/href="\.\/([^"]+)" aria-current="page"/g)].map(([, here]) => here), name).toEqual(name.startsWith('index.') ? [] : [name]);
    headers.set(name, header.replace(' aria-current="page"', '').replace(/<a class="language".*?<\/a>/, ''));
  }
  // One in each language.
  const different = new Set(headers.values());
  expect(different.size, [...headers.keys()].join()).toBe(new Set(pages.map((name) => name.split('.').slice(1).join('.'))).size);
  for (const header of different) for (const [, linked = ''] of header.matchAll(/href="\.\/([^"]+)"/g)) expect(pages).toContain(linked);
});

test('the sizes on the cards are what a browser fetches until the first picture stands', async ({ page, browser, baseURL, request }, { project }) => {
  test.skip(project.name !== 'cpu', 'the same on every backend');
  const downloads = (await (await request.get('./site/downloads.json')).json()) as Record<string, { bytes: number; files: string[] }>;
  await page.goto('./');
  for (const [tag, { bytes, files }] of Object.entries(downloads)) {
    await test.step(tag, async () => {
      await expect(page.locator(`[data-download=${tag}]`)).toHaveText(`${(bytes / 1e6).toFixed(1)}\u00a0MB`);
      const context = await browser.newContext({ ...(baseURL && { baseURL }), serviceWorkers: 'block' });
      const embed = await context.newPage();
      const fetched = new Set<string>();
      embed.on('response', (response) => {
        const path = response.url().slice((baseURL ?? '').length);
        if (response.ok() && /^(v1|models)\//.test(path)) fetched.add(path);
      });
      await embed.goto(`./embed.html?widget=${tag}`);
      const element = embed.locator(tag);
      await expect(element).toHaveAttribute('status', /ready/);
      await embed.waitForLoadState('networkidle');
      expect([...fetched].sort()).toEqual(files);
      await context.close();
    });
  }
});

for (const width of [1280, 320]) {
  test(`nothing on any page moves while it loads, ${width} px wide`, async ({ page }, { project }) => {
    test.skip(project.name !== 'cpu', 'the same on every backend');
    test.setTimeout(240_000); // every page, in every language
    await page.setViewportSize({ width, height: 900 });
    await page.addInitScript(() => {
      Object.assign(window, { shift: 0 });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) {
          if (!entry.hadRecentInput) (window as unknown as { shift: number }).shift += entry.value;
        }
      }).observe({ type: 'layout-shift', buffered: true });
    });
    for (const name of await pagesOf(page)) {
      await test.step(name, async () => {
        await page.goto(`./${name}`);
        for (const element of await page.locator('glass-induction, glass-superposition, glass-othello, glass-features').all()) {
          if ((await element.boundingBox())!.y < 900) await expect(element).toHaveAttribute('status', /ready/);
        }
        await page.waitForLoadState('networkidle');
        // All shifts count, also those that the usual measure would put into a window of their own.
        expect(await page.evaluate(() => (window as unknown as { shift: number }).shift), name).toBeLessThan(0.05);
        expect(await page.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(width);
      });
    }
  });
}
