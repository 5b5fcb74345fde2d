// <glass-superposition>: keyboard, axe, quiet for those who want it quiet, and nothing left behind.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import type { GlassSuperposition } from '../../www/src/widgets/glass-superposition/element.ts';
import { expect, mount, SMALL, stepOf, test, train } from './superposition_page.ts';
import { tinyModel } from './tiny_model.ts';

test.beforeEach(({}, { project }) => test.skip(project.name !== 'cpu', 'the same on every backend'));

const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

async function violations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(STANDARDS).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ''}`));
}

const VIEWS: Record<string, Record<string, string>> = {
  geometry: SMALL,
  'the solid': { preset: 'solid', instances: '2', batch: '32' },
  'the matrix': { preset: 'twenty', instances: '2', batch: '32' },
  sweep: { view: 'sweep', instances: '10', batch: '32' },
  phase: { view: 'phase', grid: '6', batch: '32' },
  interference: { ...SMALL, view: 'interference' },
};

for (const [name, attributes] of Object.entries(VIEWS)) {
  for (const theme of ['light', 'dark']) {
    for (const width of [1280, 320]) {
      test(`axe: ${name}, ${theme}, ${width} px wide, everything open`, async ({ page }) => {
        await page.setViewportSize({ width, height: 900 });
        await page.evaluate(() => {
          document.documentElement.lang = 'en';
          const main = document.createElement('main');
          main.append(Object.assign(document.createElement('h1'), { textContent: 'A page' }), Object.assign(document.createElement('h2'), { textContent: 'A part' }));
          document.body.append(main);
        });
        const element = await mount(page, { ...attributes, theme });
        await element.evaluate((node) => document.querySelector('main')!.append(node));
        await train(element, 20);
        await element.evaluate((node) => node.shadowRoot!.querySelectorAll('details').forEach((details) => (details.open = true)));
        await element.getByRole('button', { name: 'Embed' }).click();
        await expect(element.getByRole('textbox', { name: /as a frame/ })).toBeVisible();
        expect(await violations(page)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      });
    }
  }
}

for (const theme of ['light', 'dark']) {
  test(`axe: the page itself, ${theme}`, async ({ page, baseURL }) => {
    await page.emulateMedia({ colorScheme: theme as 'light' });
    await page.setViewportSize({ width: 320, height: 800 });
    await page.goto(new URL('superposition.html', baseURL ?? '').href);
    await page.waitForFunction(() => customElements.get('glass-superposition'));
    await expect.poll(() => stepOf(page.locator('glass-superposition'))).toBeGreaterThan(0);
    await page.locator('glass-superposition').evaluate((node) => (node as GlassSuperposition).pause());
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  });
}

test('the tab key reaches every part, each with a visible ring', async ({ page }) => {
  const element = await mount(page, SMALL);
  await train(element, 5);
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  const reached: string[] = [];
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press('Tab');
    const name = await element.evaluate((node) => {
      const focused = node.shadowRoot!.activeElement;
      if (!focused) return null;
      const { outlineStyle, outlineWidth } = getComputedStyle(focused);
      if (outlineStyle === 'none' || Number.parseFloat(outlineWidth) < 2) return `without a ring: ${focused.outerHTML.slice(0, 80)}`;
      return `${focused.getAttribute('role') ?? focused.localName} ${focused.getAttribute('aria-label') ?? focused.textContent?.trim() ?? ''}`;
    });
    if (name === null) break;
    reached.push(name);
  }
  expect(reached.filter((name) => name.startsWith('without a ring'))).toEqual([]);
  const order = ['button Geometry', 'button Pentagon', 'input', 'summary More settings', 'button ▶', 'group Every feature', 'button Model 1', 'summary All features as a table', 'button 3', 'summary What you should see', 'button Share', 'button Copy as Python'];
  const places = order.map((wanted) => reached.findIndex((name) => name.startsWith(wanted)));
  expect(places).not.toContain(-1);
  expect([...places].sort((a, b) => a - b)).toEqual(places);
});

test('with reduced motion pictures hold still, and the end is drawn', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const element = await mount(page, SMALL);
  const drawn = await element.evaluate(async (node) => {
    const widget = node as GlassSuperposition;
    const seen = new Set<unknown>();
    const watch = setInterval(() => seen.add(widget.shot), 5);
    await widget.train(400);
    clearInterval(watch);
    await widget.updateComplete;
    return { pictures: seen.size, step: widget.shot!.step };
  });
  expect(drawn.step).toBe(400);
  expect(drawn.pictures).toBeLessThanOrEqual(4);
});

test('a keystroke in another element is answered while thousands of models train', async ({ page }) => {
  const element = await mount(page, { view: 'phase', grid: '32', instances: '4', steps: '100000', autostart: '' });
  await expect.poll(() => stepOf(element)).toBeGreaterThan(3);
  const waits = await page.evaluate(async () => {
    const other = document.createElement('glass-superposition');
    for (const [name, value] of Object.entries({ view: 'interference', instances: '1', batch: '16' })) other.setAttribute(name, value);
    document.body.prepend(other);
    await other.ready;
    const waits: number[] = [];
    for (let turn = 0; turn < 10; turn += 1) {
      const began = performance.now();
      other.on = turn % 2 === 0 ? '1,2' : '3';
      await other.ready;
      await other.updateComplete;
      waits.push(performance.now() - began);
    }
    return waits;
  });
  // On a loaded machine a slice may be long; what must not happen is waiting for the whole run.
  expect(waits.sort((a, b) => a - b)[5]!).toBeLessThan(1500);
  await element.evaluate((node) => (node as GlassSuperposition).pause());
});

test('fifty elements mounted, trained and removed leave nothing behind', async ({ page, models }) => {
  test.setTimeout(240_000);
  const started: string[] = [];
  page.on('worker', (worker) => started.push(worker.url()));
  await mount(page, SMALL);
  const sizes = await page.evaluate(async (folder) => {
    // Any model can say what the whole engine holds.
    const model = await glasshouse.loadModel(folder, { backend: 'cpu' });
    const once = async () => {
      const element = document.createElement('glass-superposition');
      for (const [name, value] of Object.entries({ instances: '8', 'n-features': '40', 'n-hidden': '10', batch: '64' })) element.setAttribute(name, value);
      document.body.append(element);
      await element.ready;
      await element.train(3);
      element.remove();
    };
    for (let round = 0; round < 5; round += 1) await once();
    const before = await model.memory();
    for (let round = 0; round < 50; round += 1) await once();
    return { before, after: await model.memory() };
  }, models.folder(tinyModel()));
  expect(sizes.after).toEqual(sizes.before);
  expect(started).toHaveLength(1);
});
