// <glass-induction>: its contract with the page, and its numbers.
import { change, expect, expectClose, expectedProbs, exported, mount, settled, test, TEXT, tiny, tokensOf } from './induction_page.ts';
import { BOS, CONFIG, tinyModel } from './tiny_model.ts';

test('shows the author’s words, then the picture; says so by status and by events', async ({ page, models }, { project }) => {
  await page.evaluate(() => {
    (globalThis as { heard?: string[] }).heard = [];
    for (const name of ['glass-progress', 'glass-ready', 'glass-change', 'glass-error']) {
      document.addEventListener(name, (event) => (globalThis as unknown as { heard: string[] }).heard.push(`${name} ${String(event.composed)}`));
    }
  });
  const element = await mount(page, tiny(models), false);
  await expect(element.getByText('A sentence for the meantime.')).toBeVisible();
  // A software adapter takes its time to compile the kernels.
  await expect(element).toHaveAttribute('status', 'ready', { timeout: 90_000 });
  await expect(element).toHaveAttribute('data-backend', project.name);
  await expect(element.getByText('A sentence for the meantime.')).toBeHidden();
  await change(element, { text: 'the the' });
  const heard = await page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard);
  expect(heard).toContain('glass-progress true');
  expect(heard.filter((name) => !name.startsWith('glass-progress'))).toEqual(['glass-ready true', 'glass-change true']);
});

test('exports every number it shows, and they are those of the model', async ({ page, models }) => {
  const attributes = tiny(models);
  const element = await mount(page, { ...attributes, ablate: '0.1:zero,1.2:zero', position: '4', seed: '7' });
  const data = await exported(element);
  const ids = data.tokens.map(({ id }) => id);
  expect(data.tokens[0]).toMatchObject({ id: BOS, start: 0, end: 0 });
  expect(data.tokens.slice(1).map(({ start, end }) => TEXT.slice(start!, end!)).join('')).toBe(TEXT);
  expectClose(data.nextTokenProb, await expectedProbs(page, attributes['model']!, ids, []));
  expect(data.baseline).toEqual(data.nextTokenProb);
  expect(data.ablated).toEqual([{ layer: 0, head: 1, how: 'zero' }, { layer: 1, head: 2, how: 'zero' }]);
  const off = (layer: number, head: number) => ({ hook: `blocks.${layer}.attn.hook_z`, heads: [head], how: 'zero' });
  expectClose(data.ablatedNextTokenProb, await expectedProbs(page, attributes['model']!, ids, [off(0, 1), off(1, 2)]));
  expectClose(data.twinNextTokenProb, data.nextTokenProb);
  expect(data.untrainedNextTokenProb).toHaveLength(ids.length);

  const control = data.ablationControl!;
  expect(control.ablated.map(({ layer, how }) => ({ layer, how }))).toEqual([{ layer: 0, how: 'zero' }, { layer: 1, how: 'zero' }]);
  expect(control.ablated[0]!.head).not.toBe(1);
  expect(control.ablated[1]!.head).not.toBe(2);
  expectClose(control.nextTokenProb, await expectedProbs(page, attributes['model']!, ids, control.ablated.map(({ layer, head }) => off(layer, head))));

  expect(data.heads).toHaveLength(CONFIG.n_layers * CONFIG.n_heads);
  for (const head of data.heads) {
    for (const kind of ['previousToken', 'duplicateToken', 'induction'] as const) {
      for (const value of [head[kind], head.control.untrained[kind], head.control.random95[kind]]) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
      }
    }
  }
  expect(data.position).toBe(4);
  expect(data.top).toHaveLength(10);
  expect([...data.top].sort((a, b) => b.prob - a.prob)).toEqual(data.top);
  expect(data.settings).toMatchObject({ seed: 7, position: 4, text: TEXT });
  expect(data.selfCheck.ok).toBe(true);
  data.attention.data.forEach((row) => expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 4));
  expect(JSON.parse(JSON.stringify(data))).toEqual(data);
});

test('the scores are those of TransformerLens’s head detector', async ({ page, models }) => {
  const attributes = tiny(models);
  const element = await mount(page, attributes);
  const data = await exported(element);
  const ids = data.tokens.map(({ id }) => id);
  const patterns = await page.evaluate(async ({ folder, ids }) => {
    const model = await glasshouse.loadModel(folder);
    const run = await model.runWithCache(ids, { hooks: ['blocks.*.attn.hook_pattern'] });
    return [0, 1].map((layer) => [...run.cache[`blocks.${layer}.attn.hook_pattern`]!.data]);
  }, { folder: attributes['model']!, ids });
  const count = ids.length;
  for (const { layer, head, induction, previousToken, duplicateToken } of data.heads) {
    const sums = { all: 0, previous: 0, duplicate: 0, induction: 0 };
    for (let query = 0; query < count; query += 1) {
      for (let key = 0; key <= query; key += 1) {
        const weight = patterns[layer]![(head * count + query) * count + key]!;
        sums.all += weight;
        if (key === query - 1) sums.previous += weight;
        if (key < query && ids[key] === ids[query]) sums.duplicate += weight;
        if (key >= 1 && ids[key - 1] === ids[query]) sums.induction += weight;
      }
    }
    expect(previousToken).toBeCloseTo(sums.previous / sums.all, 4);
    expect(duplicateToken).toBeCloseTo(sums.duplicate / sums.all, 4);
    expect(induction).toBeCloseTo(sums.induction / sums.all, 4);
  }
});

test('a head is switched off, to zero or to its mean, and on again', async ({ page, models }) => {
  const attributes = tiny(models);
  const element = await mount(page, attributes);
  await change(element, { layer: 0, head: 2 });
  const group = element.getByRole('radiogroup', { name: 'Head 0.2' });
  await expect(group.getByRole('radio', { name: 'on' })).toBeChecked();
  await group.getByRole('radio', { name: 'off (zero)' }).click();
  await settled(element);
  await expect(element).toHaveAttribute('ablate', '0.2:zero');
  await expect(element.getByRole('group', { name: 'Layer 0' }).getByRole('button', { name: /^Head 0\.2 off/ })).toBeVisible();
  await element.getByRole('combobox', { name: 'Head 0.2' }).selectOption('off (mean)');
  await settled(element);
  await expect(element).toHaveAttribute('ablate', '0.2:mean');
  const data = await exported(element);
  const mean = { hook: 'blocks.0.attn.hook_z', heads: [2], how: 'mean' };
  expectClose(data.ablatedNextTokenProb, await expectedProbs(page, attributes['model']!, data.tokens.map(({ id }) => id), [mean]));
  await group.getByRole('radio', { name: 'on' }).click();
  await settled(element);
  expect((await exported(element)).ablatedNextTokenProb).toBeNull();
  await expect(element).not.toHaveAttribute('ablate');
});

test('200 elements mounted and removed leave nothing behind', async ({ page, models }) => {
  test.setTimeout(300_000);
  const attributes = tiny(models, { hide: 'lesson' });
  const seen = await page.evaluate(async (attributes) => {
    const kept = await glasshouse.loadModel(attributes['model']!);
    const once = async () => {
      const element = document.createElement('glass-induction');
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      document.body.append(element);
      await customElements.whenDefined('glass-induction');
      await element.ready;
      element.remove();
      await new Promise((resolve) => setTimeout(resolve, 0));
    };
    for (let round = 0; round < 10; round += 1) await once();
    const before = await kept.memory();
    for (let round = 0; round < 190; round += 1) await once();
    return { before, after: await kept.memory() };
  }, attributes);
  expect(seen.after).toEqual(seen.before);
  expect(page.workers()).toHaveLength(1);
});

test('a lost device moves the element to the CPU, which says so and goes on', async ({ page, models }, { project }) => {
  test.skip(project.name !== 'webgpu', 'there is no device to lose');
  const attributes = tiny(models);
  const element = await mount(page, attributes);
  await expect(element).toHaveAttribute('data-backend', 'webgpu');
  const before = await exported(element);
  await page.evaluate(async (folder) => (await glasshouse.loadModel(folder)).loseDevice(), attributes['model']!);
  await change(element, { text: `${TEXT} and` });
  await change(element, { text: TEXT });
  await expect(element).toHaveAttribute('data-backend', 'cpu');
  await expect(element.locator('.numerics')).toContainText('on the CPU');
  await expect(element.locator('.numerics')).toContainText(/lost/);
  expectClose((await exported(element)).nextTokenProb, before.nextTokenProb);
});

test.describe('on every backend alike', () => {
  test.beforeEach(({}, { project }) => test.skip(project.name !== 'cpu', 'the same on every backend'));

  test('everything is computed again as one types', async ({ page, models }) => {
    const element = await mount(page, tiny(models));
    const box = element.getByRole('textbox', { name: 'Type or paste any text' });
    await box.fill('');
    await box.pressSequentially('the tin');
    await settled(element);
    await expect(element).toHaveAttribute('text', 'the tin');
    expect((await exported(element)).tokens.map(({ text }) => text).slice(1).join('')).toBe('the tin');
    await expect(tokensOf(element)).toHaveCount(5);
    await expect(box).toHaveValue('the tin');
    await box.fill('');
    await settled(element);
    await expect(tokensOf(element)).toHaveCount(1);
  });

  test('another random control is another head of the same layer, drawn from the seed', async ({ page, models }) => {
    const element = await mount(page, tiny(models, { ablate: '1.0:zero' }));
    const drawn = new Set<number>();
    for (let draw = 0; draw < 12; draw += 1) {
      const [control] = (await exported(element)).ablationControl!.ablated;
      expect(control).toMatchObject({ layer: 1, how: 'zero' });
      expect(control!.head).not.toBe(0);
      drawn.add(control!.head);
      await element.getByRole('button', { name: 'Another random control' }).click();
      await settled(element);
    }
    expect(drawn.size).toBeGreaterThan(1);
    await expect(element).toHaveAttribute('seed', '13');
  });

  test('pointing previews, clicking keeps', async ({ page, models }) => {
    const element = await mount(page, tiny(models));
    const thumb = element.getByRole('button', { name: /^Head 1\.3/ });
    await thumb.hover();
    await expect(element.getByRole('heading', { name: 'Attention of head 1.3' })).toBeVisible();
    await expect(element).not.toHaveAttribute('layer');
    await thumb.click();
    await expect(element).toHaveAttribute('layer', '1');
    await expect(element).toHaveAttribute('head', '3');
    const token = tokensOf(element).nth(2);
    await token.hover();
    await expect(element.locator('svg.lines path').first()).toBeAttached();
    await expect(element).not.toHaveAttribute('position');
    await token.click();
    await settled(element);
    await expect(element).toHaveAttribute('position', '2');
    expect((await exported(element)).position).toBe(2);
  });

  test('a link restores the state on another page, text and seed included', async ({ page, context, models, baseURL }) => {
    const text = 'the tin & <b>"x"</b>\n#100%+ ☃ end';
    const element = await mount(page, { ...tiny(models), text, ablate: '0.3:mean,1.1:zero', seed: '5', layer: '1', head: '2', position: '6', hide: 'lesson', theme: 'dark' });
    await element.getByRole('button', { name: 'Share' }).click();
    const link = await element.getByRole('textbox', { name: /Opens exactly this state/ }).inputValue();
    expect(link).toContain('#v=1&');
    const wanted = await exported(element);
    const other = await context.newPage();
    await other.route('**/bare.html', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Bare</title>' }));
    await other.goto(link);
    await other.evaluate((script) => import(script), new URL('glasshouse.js', baseURL).href);
    const opened = await mount(other, { text: 'something else', tokens: '1 2 3' });
    expect(await exported(opened)).toEqual(wanted);
    for (const [name, value] of Object.entries({ text, ablate: '0.3:mean,1.1:zero', seed: '5', hide: 'lesson', theme: 'dark' })) {
      await expect(opened).toHaveAttribute(name, value);
    }
    await expect(opened).not.toHaveAttribute('tokens');
  });

  test('an embedded frame takes its state from the address', async ({ page, models, baseURL }) => {
    const element = await mount(page, tiny(models, { ablate: '0.1:zero' }));
    await element.getByRole('button', { name: 'Embed' }).click();
    const code = await element.getByRole('textbox', { name: /as a frame/ }).inputValue();
    const lines = await element.getByRole('textbox', { name: /Two lines/ }).inputValue();
    expect(lines).toContain(`<script type="module" src="${new URL('v1/glasshouse.js', baseURL).href}"></script>`);
    const wanted = await exported(element);
    await page.evaluate((html) => document.body.replaceChildren(document.createRange().createContextualFragment(html)), code);
    const inside = page.frameLocator('iframe').locator('glass-induction');
    await settled(inside);
    expect(await exported(inside)).toEqual(wanted);
  });

  test('the seed draws the random tokens, and their ids are the state', async ({ page, models }) => {
    const element = await mount(page, { ...tiny(models), seed: '3' });
    await element.getByRole('button', { name: 'Random tokens, repeated' }).click();
    await settled(element);
    const ids = async () => (await exported(element)).tokens.map(({ id }) => id);
    const first = await ids();
    // 24 and 24 again, cut where the small model has no more positions.
    expect(first).toHaveLength(CONFIG.n_ctx);
    expect(first[0]).toBe(BOS);
    expect(new Set(first.slice(1, 25)).size).toBe(24);
    expect(first.slice(25)).toEqual(first.slice(1, 24));
    await element.getByRole('button', { name: 'Draw others' }).click();
    await settled(element);
    expect(await ids()).not.toEqual(first);
    await expect(element).toHaveAttribute('seed', '4');
    await change(element, { tokens: '', seed: 3 });
    await element.getByRole('button', { name: 'Random tokens, repeated' }).click();
    await settled(element);
    expect(await ids()).toEqual(first);
  });

  test('two elements share one worker and one download', async ({ page, models }) => {
    const attributes = tiny(models);
    const [one, two] = [await mount(page, attributes), await mount(page, { ...attributes, text: 'and the' })];
    await settled(page.locator('glass-induction').first());
    expect((await exported(two)).tokens.at(-1)!.text).toContain('the');
    expect(page.workers()).toHaveLength(1);
    expect(models.asks(`${attributes['model']}model.safetensors`)).toBe(1);
    await expect(one).toHaveCount(1);
  });

  test('an element away from the window waits until it comes near, or until somebody asks', async ({ page, models }) => {
    await page.evaluate(() => {
      const space = document.createElement('div');
      space.style.height = '5000px';
      document.body.append(space);
    });
    const attributes = tiny(models);
    const below = await mount(page, attributes, false);
    await expect(below.getByRole('textbox', { name: 'Type or paste any text' })).toBeAttached();
    await expect(below).toHaveAttribute('status', 'idle');
    expect(models.asks(`${attributes['model']}config.json`)).toBe(0);
    await below.scrollIntoViewIfNeeded();
    await expect(below).toHaveAttribute('status', 'ready');
    await page.evaluate(() => scrollTo(0, 0));
    await expect.poll(() => page.evaluate(() => scrollY)).toBe(0);
    const asked = await mount(page, { ...attributes, text: 'the' });
    await expect(asked).toHaveAttribute('status', 'ready');
  });

  test('survives being moved, and gives everything back when it leaves', async ({ page, models }) => {
    const attributes = tiny(models);
    const element = await mount(page, attributes);
    await element.evaluate((node) => {
      const box = document.createElement('section');
      document.body.append(box);
      box.append(node);
    });
    await change(element, { text: 'the tin' });
    expect(models.asks(`${attributes['model']}config.json`)).toBe(1);
    const count = await page.evaluate(async (folder) => {
      const model = await glasshouse.loadModel(folder);
      const before = (await model.memory()).models;
      document.querySelector('glass-induction')!.remove();
      await new Promise((resolve) => setTimeout(resolve, 0));
      model.dispose();
      const other = await glasshouse.loadModel(folder, { backend: 'cpu' });
      return { before, after: (await other.memory()).models };
    }, attributes['model']!);
    expect(count).toEqual({ before: 1, after: 1 });
  });

  test('a tag that is added later is found, and its own folder of files is not fetched twice', async ({ page, models }) => {
    const attributes = tiny(models);
    await page.evaluate((attributes) => {
      const box = document.createElement('div');
      const element = document.createElement('glass-induction');
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      box.append(element);
      document.body.append(box);
    }, attributes);
    await expect(page.locator('glass-induction')).toHaveAttribute('status', 'ready');
    expect(models.asks(`${attributes['model']}tokenizer.json`)).toBe(1);
  });

  test('loads twice at most what two different models need', async ({ page, models }) => {
    const one = models.folder(tinyModel());
    const element = await mount(page, { text: TEXT, model: one, twin: 'none' });
    expect((await exported(element)).twinNextTokenProb).toBeNull();
    await expect(element.getByText('one layer', { exact: true })).toHaveCount(0);
  });
});
