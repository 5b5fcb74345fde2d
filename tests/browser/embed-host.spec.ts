// Hostile hosts: pages of another origin with a strict policy, with resets, with two versions of the script, with nodes that move.
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './blog.ts';
import { otherVersion } from './other_version.ts';
import { tinyModel } from './tiny_model.ts';

const scriptAt = (baseURL: string | undefined, folder = './'): string => new URL(`${folder}v1/glasshouse.js`, baseURL).href;
const TEXT = 'the tin the tin';

async function ready(widget: Locator): Promise<void> {
  await widget.scrollIntoViewIfNeeded();
  await expect(widget).toHaveAttribute('status', 'ready', { timeout: 90_000 });
}

/** What a page throws or complains of, but for files that a model folder need not have. */
function troublesOf(page: Page): string[] {
  const troubles: string[] = [];
  page.on('pageerror', ({ message }) => troubles.push(message));
  page.on('console', (message) => message.type() === 'error' && !message.text().includes('404') && troubles.push(message.text()));
  return troubles;
}

/** How far everything has moved by itself, as browsers count it. */
const watchShifts = (page: Page) => page.addInitScript(() => {
  const seen = Object.assign(window, { shifted: 0 });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) if (!entry.hadRecentInput) seen.shifted += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
});
const shifts = (page: Page) => page.evaluate(() => (window as unknown as { shifted: number }).shifted);

test('the policy that docs/hosting.md asks for is enough, and nothing is reported', async ({ page, blog, models, baseURL }) => {
  const [site, own] = [new URL('./', baseURL).href, `${models.origin}/`];
  const policy = `default-src 'none'; script-src ${site} 'wasm-unsafe-eval'; worker-src blob: ${site}; connect-src ${site} ${own}; img-src data:`;
  await page.addInitScript(() => {
    const seen = Object.assign(window, { violated: [] as string[] });
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => seen.violated.push(`${effectiveDirective} ${blockedURI}`));
  });
  const tag = `<glass-induction model="${models.folder(tinyModel())}" text="${TEXT}">Fallback sentence.</glass-induction>`;
  await page.goto(await blog({ headers: { 'Content-Security-Policy': policy }, body: `<link rel="icon" href="data:,"><script type="module" src="${scriptAt(baseURL)}"></script>${tag}` }));
  await ready(page.locator('glass-induction'));
  expect(await page.evaluate(() => (window as unknown as { violated: string[] }).violated)).toEqual([]);
});

test('where the policy forbids the script the fallback sentence stays, and the frame works', async ({ page, blog, models, baseURL }) => {
  const folder = models.folder(tinyModel());
  const site = new URL('./', baseURL);
  const hash = new URLSearchParams({ v: '1', widget: 'glass-induction', model: folder, text: TEXT }).toString();
  const body = `<script type="module" src="${scriptAt(baseURL)}"></script><glass-induction>Fallback sentence.</glass-induction>
    <iframe src="${new URL('embed.html?widget=glass-induction', site).href}#${hash.replaceAll('&', '&amp;')}" title="Attention heads" width="900" height="900"></iframe>`;
  await page.goto(await blog({ headers: { 'Content-Security-Policy': `default-src 'self'; frame-src ${site.origin}` }, body }));
  const inside = page.frameLocator('iframe').locator('glass-induction');
  await expect(inside).toHaveAttribute('status', 'ready', { timeout: 90_000 });
  await expect(inside).toHaveAttribute('text', TEXT);
  const outside = page.getByText('Fallback sentence.').first();
  await expect(outside).toBeVisible();
  expect(await page.evaluate(() => customElements.get('glass-induction') === undefined)).toBe(true);
});

test('the resets and styles of the host page do not reach inside', async ({ page, blog, models, baseURL }) => {
  const tag = `<glass-induction model="${models.folder(tinyModel())}" text="${TEXT}" theme="light">Fallback sentence.</glass-induction>`;
  const script = `<script type="module" src="${scriptAt(baseURL)}"></script>`;
  const look = async (styles: string) => {
    await page.goto(await blog({ body: `<style>html { font-size: 16px } body { margin: 0 } ${styles}</style>${script}${tag}` }));
    const widget = page.locator('glass-induction');
    await ready(widget);
    return widget.evaluate((element) => {
      const root = element.shadowRoot!;
      const box = element.getBoundingClientRect();
      const of = (selector: string) => {
        const { color, fontSize, fontFamily, fontWeight, lineHeight, letterSpacing, textTransform, textAlign, whiteSpace, display, padding, borderTopWidth } = getComputedStyle(root.querySelector(selector)!);
        return { color, fontSize, fontFamily, fontWeight, lineHeight, letterSpacing, textTransform, textAlign, whiteSpace, display, padding, borderTopWidth };
      };
      return { size: [Math.round(box.width), Math.round(box.height)], frame: of('.frame'), button: of('button'), heading: of('h3'), cell: of('td'), canvas: of('canvas') };
    });
  };
  const plain = await look('');
  // A reset, a theme with opinions, and the ones that are inherited.
  const reset = `*, *::before, *::after { all: unset; box-sizing: content-box; font: inherit; color: inherit }
    body { display: block; letter-spacing: 0.4em; text-transform: uppercase; text-align: right; line-height: 3; font: italic 700 30px serif; color: red; white-space: pre }
    button, table, td, h3, canvas, section { display: none; padding: 40px; border: 9px solid; font-size: 60px } .frame, .row, .panel, .small { display: none; color: lime }`;
  expect(await look(reset)).toEqual(plain);
});

test('one build at two addresses: the tags are defined once', async ({ page, blog, models, baseURL }) => {
  const troubles = troublesOf(page);
  const folder = models.folder(tinyModel());
  const tag = (name: string) => `<glass-induction id="${name}" model="${folder}" text="${TEXT}">Fallback sentence.</glass-induction>`;
  const scripts = ['./', './deep/folder/'].map((path) => `<script type="module" src="${scriptAt(baseURL, path)}"></script>`);
  await page.goto(await blog({ body: `${scripts[0]}${tag('first')}${scripts[1]}${tag('second')}` }));
  for (const name of ['first', 'second']) await ready(page.locator(`#${name}`));
  expect(troubles).toEqual([]);
});

for (const first of ['this version', 'the other'] as const) {
  test(`two versions on one page, ${first} first: its elements stay, both APIs work, each with an engine of its own`, async ({ page, blog, models, baseURL }, { project }) => {
    const other = await otherVersion();
    try {
      const troubles = troublesOf(page);
      const folder = models.folder(tinyModel());
      const scripts = [scriptAt(baseURL), other.script];
      if (first === 'the other') scripts.reverse();
      const [reflected, not] = first === 'the other' ? ['data-backend-0.2', 'data-backend'] : ['data-backend', 'data-backend-0.2'];
      const tag = (name: string) => `<glass-induction id="${name}" model="${folder}" text="${TEXT}">Fallback sentence.</glass-induction>`;
      await page.goto(await blog({ body: `<script type="module" src="${scripts[0]}"></script>${tag('first')}` }));
      await ready(page.locator('#first'));
      // The second comes once the first has defined the tag.
      await page.evaluate(async ({ script, second }) => {
        await import(script!);
        document.body.insertAdjacentHTML('beforeend', second);
      }, { script: scripts[1], second: tag('second') });
      for (const name of ['first', 'second']) {
        await ready(page.locator(`#${name}`));
        await expect(page.locator(`#${name}`)).toHaveAttribute(reflected, project.name);
        expect(await page.locator(`#${name}`).getAttribute(not)).toBeNull();
      }
      // A tag that neither has seen yet is defined by one of them, once.
      await page.evaluate(() => document.body.append(Object.assign(document.createElement('glass-superposition'), { id: 'third' })));
      await page.locator('#third').scrollIntoViewIfNeeded();
      await expect(page.locator('#third')).toHaveAttribute('status', /ready|running/, { timeout: 90_000 });

      const runs = await page.evaluate(async ({ scripts, folder, text }) => Promise.all(scripts.map(async (script) => {
        const { loadModel, version } = (await import(script)) as typeof glasshouse;
        const model = await loadModel(folder);
        const { logits } = await model.runWithCache(text);
        return { version, logits: [...logits.data], workers: (await model.memory()).workers };
      })), { scripts, folder, text: TEXT });
      expect(new Set(runs.map(({ version }) => version))).toEqual(new Set(['0.1.0', '0.2.0']));
      expect(runs[0]!.logits).toEqual(runs[1]!.logits);
      expect(runs.map(({ workers }) => workers)).toEqual([1, 1]);
      // Neither asks the other's folder for anything: each has its worker, its module and its copy of the model.
      expect(page.workers()).toHaveLength(2);
      expect(other.site.asked.filter((path) => /worker\.js$|engine_bg\.wasm$/.test(path) && !path.includes('toy')).sort()).toEqual(['v1/engine_bg.wasm', 'v1/worker.js']);
      expect(models.asks(`${folder}model.safetensors`)).toBe(2);
      expect(troubles).toEqual([]);
    } finally {
      await page.close();
      await other.remove();
    }
  });
}

test('a framework that moves the element between parents changes nothing of it', async ({ page, blog, models, baseURL }) => {
  const folder = models.folder(tinyModel());
  const tag = `<glass-induction model="${folder}" text="${TEXT}">Fallback sentence.</glass-induction>`;
  await page.goto(await blog({ body: `<script type="module" src="${scriptAt(baseURL)}"></script><div id="a">${tag}</div><div id="b"></div>` }));
  const widget = page.locator('glass-induction');
  await ready(widget);
  await widget.getByRole('textbox').first().fill('in the tin');
  await expect(widget).toHaveAttribute('text', 'in the tin');
  await ready(widget);
  const before = await widget.evaluate((element: HTMLElement & { exportData(): Promise<object> }) => element.exportData());
  const parents = await page.evaluate(async () => {
    const element = document.querySelector('glass-induction')!;
    const seen: string[] = [];
    for (const id of ['b', 'a', 'b']) {
      document.getElementById(id)!.append(element);
      await new Promise((resolve) => setTimeout(resolve, 50));
      seen.push(`${element.parentElement!.id} ${element.getAttribute('status')}`);
    }
    return seen;
  });
  expect(parents).toEqual(['b ready', 'a ready', 'b ready']);
  expect(await widget.evaluate((element: HTMLElement & { exportData(): Promise<object> }) => element.exportData())).toEqual(before);
  expect(models.asks(`${folder}model.safetensors`)).toBe(1);
});

test('the snippet carries size, theme and what is hidden, and with it nothing on the page moves', async ({ page, blog, models, baseURL }) => {
  test.setTimeout(180_000);
  const folder = models.folder(tinyModel());
  await page.goto(new URL(`embed.html?widget=glass-induction#v=1&model=${encodeURIComponent(folder)}&text=${encodeURIComponent(TEXT)}`, baseURL).href);
  const widget = page.locator('glass-induction');
  await ready(widget);
  await widget.getByRole('button', { name: 'Embed' }).click();
  await widget.getByLabel('Theme').selectOption('dark');
  await widget.getByLabel('Hide the lesson').check();
  const lines = await widget.getByRole('textbox', { name: /Two lines/ }).inputValue();
  expect(lines).toMatch(/hide="lesson"/);
  expect(lines).toMatch(/theme="dark"/);
  const measured = Number(/min-height: (\d+)px/.exec(lines)?.[1]);
  expect(measured).toBeGreaterThan(500);
  await widget.getByLabel('Height in px').fill('1240');
  await expect(widget.getByRole('textbox', { name: /as a frame/ })).toHaveValue(/width="100%" height="1240"/);
  await widget.getByLabel('Width in px').fill('640');
  await expect(widget.getByRole('textbox', { name: /as a frame/ })).toHaveValue(/width="640" height="1240"/);
  await expect(widget.getByRole('textbox', { name: /Two lines/ })).toHaveValue(/max-width: 640px/);
  await expect(widget.getByRole('textbox', { name: /as a frame/ })).toHaveValue(/theme=dark/);
  await expect(widget).not.toHaveAttribute('theme', 'dark'); // the element itself stays as it was

  // On the author's page: the paragraph behind it stands where it will stand.
  await watchShifts(page);
  await page.goto(await blog({ body: `<h1>A post</h1>${lines}<p id="after">Words.</p>` }));
  const top = () => page.locator('#after').evaluate((node) => node.getBoundingClientRect().top + scrollY);
  const before = await top();
  expect(before).toBeGreaterThan(measured);
  const embedded = page.locator('glass-induction');
  await ready(embedded);
  await expect(embedded).toHaveAttribute('theme', 'dark');
  expect(Math.abs((await top()) - before)).toBeLessThan(2);
  expect(await shifts(page)).toBeLessThan(0.05);
});
