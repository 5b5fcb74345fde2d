// The pictures: what is drawn is what was computed.
import { change, expect, exported, mount, test, TEXT, tiny, tokensOf } from './induction_page.ts';
import type { GlassInduction } from '../../www/src/widgets/glass-induction/element.ts';
import { viridis } from '../../www/src/marks/colour.ts';

test.beforeEach(({}, { project }) => test.skip(project.name !== 'cpu', 'the same on every backend'));

test('the large pattern: each cell has the colour of its number, and nothing is drawn above the diagonal', async ({ page, models }) => {
  const element = await mount(page, tiny(models, { layer: '1', head: '2' }));
  const { attention } = await exported(element);
  const pixels = await element.evaluate((node) => {
    const canvas = node.shadowRoot!.querySelector<HTMLCanvasElement>('canvas.large')!;
    const { data, width, height } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    return { data: [...data], width, height };
  });
  const count = attention.data.length;
  expect([pixels.width, pixels.height]).toEqual([count, count]);
  for (let query = 0; query < count; query += 1) {
    for (let key = 0; key < count; key += 1) {
      const at = 4 * (query * count + key);
      const drawn = pixels.data.slice(at, at + 4);
      expect(drawn).toEqual(key <= query ? [...viridis(attention.data[query]![key]!), 255] : [0, 0, 0, 0]);
    }
  }
});

test('each token has the colour of the probability that was given to it', async ({ page, models }) => {
  const element = await mount(page, tiny(models));
  const { nextTokenProb } = await exported(element);
  const colours = await tokensOf(element).evaluateAll((options) => options.map((option) => (option as HTMLElement).style.background));
  expect(colours[0]).toBe('');
  colours.slice(1).forEach((colour, index) => {
    expect(colour.match(/\d+/g)!.map(Number)).toEqual([...viridis(nextTokenProb[index]!)]);
  });
});

test('both axes are named in words, and both scales are drawn', async ({ page, models }) => {
  const element = await mount(page, tiny(models));
  await expect(element.getByText('query: the token that looks →')).toBeVisible();
  await expect(element.getByText('key: the token looked at →')).toBeVisible();
  await expect(element.locator('.legend')).toHaveCount(2);
  await expect(element.locator('.rows .marked')).toHaveText('␣the');
});

test('spaces, line breaks and invisible characters are drawn as marks', async ({ page, models }) => {
  const element = await mount(page, tiny(models, { text: 'a b\nc\td\u200b' }));
  const drawn = (await tokensOf(element).allTextContents()).join('');
  expect(drawn).toContain('␣b');
  expect(drawn).toContain('↵');
  expect(drawn).toContain('⇥');
});

test('the image files: an SVG that stands alone, and a PNG', async ({ page, models }) => {
  const element = await mount(page, tiny(models, { ablate: '0.1:zero' }));
  const { svg, png } = await element.evaluate(async (node) => {
    const element = node as GlassInduction;
    const [svg, png] = [await element.exportImage('svg'), await element.exportImage('png')];
    const size = await createImageBitmap(png);
    return { svg: await svg.text(), png: { type: png.type, width: size.width, height: size.height } };
  });
  expect(svg).toMatch(/^<svg xmlns/);
  expect(svg).not.toMatch(/href|url\(|<image|<script/);
  expect(svg).toContain('query: the token that looks');
  expect(png.type).toBe('image/png');
  expect(png.width).toBe(1920);
  expect(png.height).toBeGreaterThan(1000);
});

test('every picture has a table', async ({ page, models }) => {
  const element = await mount(page, tiny(models));
  const data = await exported(element);
  await element.getByText('Tokens as a table').click();
  const tokens = element.getByRole('group', { name: 'Tokens', exact: true }).getByRole('row');
  await expect(tokens).toHaveCount(data.tokens.length + 1);
  await element.getByText('This token’s attention as a table').click();
  await expect(element.getByRole('columnheader', { name: 'it looks there' })).toBeVisible();
  await expect(element.getByRole('group', { name: 'Scores of every head' }).getByRole('row')).toHaveCount(data.heads.length + 2);
});

test('follows the page’s colour scheme, and its own theme before that', async ({ page, models }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  const element = await mount(page, tiny(models));
  const paper = () => element.evaluate((node) => getComputedStyle(node.shadowRoot!.querySelector('.frame')!).backgroundColor);
  expect(await paper()).toBe('rgb(255, 255, 255)');
  await page.evaluate(() => (document.documentElement.style.colorScheme = 'light dark'));
  expect(await paper()).toBe('rgb(21, 24, 29)');
  await change(element, { theme: 'light' });
  expect(await paper()).toBe('rgb(255, 255, 255)');
});

for (const width of [1280, 320]) {
  test(`nothing moves while the element loads, ${width} px wide`, async ({ page, models }) => {
    await page.setViewportSize({ width, height: 900 });
    await page.evaluate(() => {
      const shifts = { sum: 0 };
      (globalThis as unknown as { shifts: typeof shifts }).shifts = shifts;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.sum += (entry as unknown as { value: number }).value;
      }).observe({ type: 'layout-shift', buffered: true });
    });
    const element = await mount(page, tiny(models, { text: TEXT }));
    await expect(element).toHaveAttribute('status', 'ready');
    expect(await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => resolve((globalThis as unknown as { shifts: { sum: number } }).shifts.sum))))).toBeLessThan(0.02);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });
}

test('hide="controls,lesson" leaves a figure', async ({ page, models }) => {
  const element = await mount(page, tiny(models, { hide: 'controls,lesson' }));
  await expect(element.getByRole('textbox')).toHaveCount(0);
  await expect(element.getByRole('radiogroup')).toHaveCount(0);
  await expect(element.getByRole('combobox')).toHaveCount(0);
  await expect(element.getByText('What you should see')).toHaveCount(0);
  await expect(element.getByRole('grid')).toHaveCount(1);
});
