// <glass-induction> when things go wrong: nothing typed is lost, and text is never HTML.
import { send } from './model_server.ts';
import { change, expect, exported, mount, settled, test, TEXT, tiny } from './induction_page.ts';
import { CONFIG, tinyModel } from './tiny_model.ts';

test.beforeEach(({}, { project }) => test.skip(project.name !== 'cpu', 'the same on every backend'));

const alertOf = (element: ReturnType<import('@playwright/test').Page['locator']>) => element.getByRole('alert');

for (const [attribute, value, wanted] of [
  ['ablate', '0.1:zeroo', /did you mean "zero"/],
  ['ablate', 'first', /layer\.head:zero/],
  ['ablate', '7.0:zero', /no head 7\.0/],
  ['hide', 'leson', /did you mean "lesson"/],
  ['theme', 'drak', /did you mean "dark"/],
  ['backend', 'gpu', /did you mean/],
  ['tokens', '12 999999', /999999/],
] as const) {
  test(`${attribute}="${value}" is an error that says what would be right`, async ({ page, models }) => {
    const element = await mount(page, tiny(models));
    await element.evaluate((node, [name, value]) => node.setAttribute(name, value), [attribute, value] as const);
    await expect(element).toHaveAttribute('status', 'error');
    await expect(alertOf(element)).toContainText(wanted);
    await element.evaluate((node, name) => node.removeAttribute(name), attribute);
    await expect(element).toHaveAttribute('status', 'ready');
    await expect(alertOf(element)).toHaveCount(0);
  });
}

test('a model that is not there: one sentence, the author’s words and the text stay, and trying again works', async ({ page, models }) => {
  const files = tinyModel();
  let there = false;
  const folder = models.folder(files, {
    'model.safetensors': (_, response) => (there ? send(response, files.get('model.safetensors')!) : void response.writeHead(404).end()),
  });
  const element = await mount(page, { text: TEXT, model: folder, twin: 'none' });
  await expect(element).toHaveAttribute('status', 'error');
  await expect(alertOf(element)).toContainText('not-found');
  await expect(element.getByText('A sentence for the meantime.')).toBeVisible();
  await element.getByRole('textbox', { name: 'Type or paste any text' }).fill('typed in the meantime');
  await expect(element).toHaveAttribute('text', 'typed in the meantime');
  there = true;
  await element.getByRole('button', { name: 'Try again' }).click();
  await expect(element).toHaveAttribute('status', 'ready');
  expect((await exported(element)).settings['text']).toBe('typed in the meantime');
});

test('the element announces an error with its code', async ({ page, models }) => {
  const heard = page.evaluate(() => new Promise((resolve) => document.addEventListener('glass-error', (event) => resolve((event as CustomEvent).detail))));
  const element = await mount(page, { text: TEXT, model: `${models.origin}/nothing/`, twin: 'none' });
  expect(await heard).toMatchObject({ code: 'not-found' });
  const refusal = await element.evaluate((node) => (node as unknown as { ready: Promise<void> }).ready.then(() => 'ready', (error: { code: string }) => error.code));
  expect(refusal).toBe('not-found');
});

for (const [name, text] of Object.entries({
  'markup': '<img src=x onerror="globalThis.hit=1"><script>globalThis.hit=1</script><b>the</b>',
  'emoji': 'the 👩‍👩‍👧 tin 🏳️‍🌈',
  'right to left': 'שלום العربية \u202e tin',
  'control characters': 'a\u0000b\u0001\u001b[31m\u007f',
  'lone surrogates': 'a\ud800b\udc00 the',
  'only spaces': '   \n\t ',
  'one letter': 'a',
  'nothing': '',
})) {
  test(`${name} is text like any other`, async ({ page, models }) => {
    const element = await mount(page, tiny(models, { text: '' }));
    await change(element, { text });
    const data = await exported(element);
    expect(data.nextTokenProb.at(-1)).toBeNull();
    expect(data.settings['text']).toBe(text);
    const inside = await element.evaluate((node) => ({
      strange: node.shadowRoot!.querySelectorAll('img, script, .strip b').length,
      hit: (globalThis as { hit?: number }).hit,
    }));
    expect(inside).toEqual({ strange: 0, hit: undefined });
    const svg = await element.evaluate(async (node) => (await (node as unknown as { exportImage(f: string): Promise<Blob> }).exportImage('svg')).text());
    const parsed = await page.evaluate((source) => {
      const document = new DOMParser().parseFromString(source, 'image/svg+xml');
      return { broken: document.querySelectorAll('parsererror').length, scripts: document.querySelectorAll('script, img, foreignObject').length };
    }, svg);
    expect(parsed).toEqual({ broken: 0, scripts: 0 });
  });
}

test('100,000 pasted characters stay whole; as many tokens as the model has positions are analysed, and the page stays awake', async ({ page, models }) => {
  const element = await mount(page, tiny(models));
  const text = 'the tin and '.repeat(8334).slice(0, 100_000);
  await page.evaluate(() => {
    const seen = { longest: 0, last: performance.now() };
    (globalThis as unknown as { awake: typeof seen }).awake = seen;
    const tick = () => {
      const now = performance.now();
      seen.longest = Math.max(seen.longest, now - seen.last);
      seen.last = now;
      setTimeout(tick, 0);
    };
    tick();
  });
  await element.getByRole('textbox', { name: 'Type or paste any text' }).fill(text);
  await settled(element);
  const data = await exported(element);
  expect(data.settings['text']).toBe(text);
  expect(data.tokens).toHaveLength(CONFIG.n_ctx);
  expect(data.textCut).toBe(true);
  await expect(element.getByText(/longer than the model can read/)).toBeVisible();
  expect(await page.evaluate(() => (globalThis as unknown as { awake: { longest: number } }).awake.longest)).toBeLessThan(2000);
  await change(element, { text: 'the' });
  await expect(element.getByText(/longer than the model can read/)).toHaveCount(0);
});

test('of many changes only the last is drawn', async ({ page, models }) => {
  const element = await mount(page, tiny(models));
  const drawn = await element.evaluate(async (node) => {
    const seen: string[] = [];
    node.addEventListener('glass-change', (event) => seen.push(((event as CustomEvent).detail as { state: { text: string } }).state.text));
    for (let length = 1; length <= 40; length += 1) {
      (node as unknown as { text: string }).text = 'the tin and '.repeat(5).slice(0, length);
      await (node as unknown as { updateComplete: Promise<unknown> }).updateComplete;
    }
    await (node as unknown as { ready: Promise<void> }).ready;
    return seen;
  });
  expect(drawn.at(-1)).toHaveLength(40);
  expect(drawn.length).toBeLessThan(40);
});
