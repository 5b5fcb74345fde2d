// <glass-superposition>: trains what its attributes say, and shows what it trained.
import type { GlassSuperposition } from '../../www/src/widgets/glass-superposition/element.ts';
import { change, expect, expectSameModels, exported, mount, SMALL, settled, stepOf, test, train } from './superposition_page.ts';

test('the default preset reaches a pentagon with the published numbers, and says so', async ({ page }, { project }) => {
  test.skip(project.name !== 'cpu', 'long; the backends are compared below');
  const element = await mount(page);
  expect(await train(element, 10_000)).toBe(10_000);
  const { instances, step, control } = await exported(element);
  expect(step).toBe(10_000);
  expect(instances).toHaveLength(8);
  // Local minima are real: the best of eight seeds is a pentagon, not every one.
  const best = instances.reduce((a, b) => (b.loss! < a.loss! ? b : a));
  expect(best.geometry).toBe('pentagon');
  expect(best.loss!).toBeGreaterThan(0.0012);
  expect(best.loss!).toBeLessThan(0.0017);
  for (const norm of best.norms) expect(norm).toBeCloseTo(1.13, 1);
  for (const bias of best.b) expect(Math.abs(bias + 0.24)).toBeLessThan(0.04);
  for (const dimensionality of best.dimensionality) expect(Math.abs(dimensionality - 0.4)).toBeLessThan(0.015);
  const angles = best.W[0]!.map((x, feature) => (Math.atan2(best.W[1]![feature]!, x) * 180) / Math.PI).sort((a, b) => a - b);
  angles.forEach((angle, index) => {
    const gap = (index + 1 < angles.length ? angles[index + 1]! : angles[0]! + 360) - angle;
    expect(Math.abs(gap - 72)).toBeLessThan(4);
  });
  expect(control.exact.dimensionality['pentagon']).toBeCloseTo(0.4, 6);
  expect(best.loss!).toBeLessThan(control.linear!.models[0]!.loss);
  await expect(element.getByRole('heading', { name: 'pentagon' })).toBeVisible();
  await expect(element.locator('p[aria-live]').last()).toContainText(/Of 8 seeds: \d × pentagon/);
});

test('what is always on is not superposed: the dense limit and its formula', async ({ page }, { project }) => {
  test.skip(project.name !== 'cpu', 'long; the backends are compared below');
  const element = await mount(page, { ...SMALL, density: '1', batch: '256', 'learning-rate': '0.003' });
  await train(element, 10_000);
  const { instances, control } = await exported(element);
  for (const { loss, represented } of instances) {
    expect(represented).toBe(2);
    expect(loss!).toBeCloseTo(0.03659, 3);
  }
  expect(control.exact.droppedLoss[0]).toBeCloseTo(((0.81 + 0.729 + 0.6561) / 5) / 12, 5);
});

test('exportData is complete, plain JSON, with its settings and its controls', async ({ page }) => {
  const element = await mount(page, { ...SMALL, seed: '7', density: '0.3,0.1', instances: '4' });
  await train(element, 40);
  const data = await exported(element);
  expect(data).toEqual(JSON.parse(JSON.stringify(data)));
  expect(data.settings).toMatchObject({ n: 5, m: 2, task: 'reconstruct', activation: 'relu', batch: 64, steps: 10_000, seed: 7, sparsity: [0.7, 0.9, 0.7, 0.9], seeds: [7, 7, 8, 8] });
  expect(data.settings.importance).toEqual([1, 0.9, 0.81, 0.729, 0.6561]);
  expect(data.settings['optimiser']).toMatchObject({ name: 'AdamW', learningRate: 0.001, weightDecay: 0.01 });
  expect(data.step).toBe(40);
  expect(data.instances).toHaveLength(4);
  for (const instance of data.instances) {
    const columns = [0, 1, 2, 3, 4].map((feature) => instance.W.map((row) => row[feature]!));
    const dot = (a: number[], b: number[]) => a.reduce((sum, x, k) => sum + x * b[k]!, 0);
    columns.forEach((column, feature) => {
      const norm = Math.sqrt(dot(column, column));
      const all = columns.reduce((sum, other) => sum + (dot(column, other) / norm) ** 2, 0);
      expect(instance.norms[feature]).toBeCloseTo(norm, 5);
      expect(instance.dimensionality[feature]).toBeCloseTo((norm * norm) / all, 5);
      expect(instance.superposition[feature]).toBeCloseTo(all - norm * norm, 5);
    });
    expect(instance.dimensionsPerFeature).toBeCloseTo(2 / instance.frobeniusSq, 5);
    expect(instance.dimensionality.reduce((sum, d) => sum + d, 0)).toBeLessThan(2 + 1e-6);
    expect(instance.b).toHaveLength(5);
  }
  expect(data.control.linear!.models.map(({ density }) => Number(density.toFixed(3)))).toEqual([0.3, 0.1]);
  expect(data.control.random.dimensionality.mean).toBeGreaterThan(0);
  expect(data.control.untrained).toHaveLength(4);
  expect(data.control.exact.kgon.find(({ k }) => k === 5)!.loss).toBeCloseTo(0.015826, 5);
});

test('the same seed gives the same numbers, together or alone, in one stretch or in several', async ({ page }) => {
  const together = await mount(page, { ...SMALL, instances: '3', seed: '4' });
  await train(together, 60);
  const all = await exported(together);
  const alone = await mount(page, { ...SMALL, instances: '1', seed: '6' });
  for (const steps of [1, 29, 30]) await train(alone, steps);
  const one = await exported(alone);
  expect(one.step).toBe(60);
  expect(one.instances[0]).toEqual(all.instances[2]);
});

test('WebGPU and the CPU agree after 100 steps', async ({ page }, { project }) => {
  test.skip(project.name !== 'webgpu', 'needs both backends');
  const onCpu = await mount(page, { ...SMALL, backend: 'cpu' });
  await train(onCpu, 100);
  const wanted = await exported(onCpu);
  expect(wanted.backend).toBe('cpu');
  const onGpu = await mount(page, { ...SMALL, backend: 'webgpu' });
  await train(onGpu, 100);
  const given = await exported(onGpu);
  expect(given.backend).toBe('webgpu');
  expect(given.selfCheck.ok).toBe(true);
  await expect(onGpu).toHaveAttribute('data-backend', 'webgpu');
  expectSameModels(given, wanted, 1e-4);
});

test('a link opens the same state in another browser, trained as far, with the same numbers', async ({ page, browser, baseURL }) => {
  const element = await mount(page, { ...SMALL, 'n-features': '6', density: '0.2', seed: '11', activation: 'relu', 'learning-rate': '0.002' });
  await train(element, 150);
  const wanted = await exported(element);
  const link = new URL(await element.evaluate((node) => (node as GlassSuperposition).shareLink()));
  expect(link.hash).toContain('#v=1&widget=glass-superposition');
  const other = await (await browser.newContext()).newPage();
  await other.goto(new URL('embed.html?widget=glass-superposition', baseURL ?? '').href + link.hash);
  const opened = other.locator('glass-superposition');
  await settled(opened);
  await expect(opened).toHaveAttribute('status', 'ready');
  const given = await exported(opened);
  expect({ ...given.settings, view: '', preset: '' }).toEqual({ ...wanted.settings, view: '', preset: '' });
  if (given.backend === 'cpu' && wanted.backend === 'cpu') expect(given.instances).toEqual(wanted.instances);
  else expectSameModels(given, wanted, 1e-4);
  await other.context().close();
});

test('train, pause, step, go on, reset: what the buttons say', async ({ page }) => {
  const element = await mount(page, { ...SMALL, steps: '5000000' });
  const progress: number[] = await element.evaluateHandle((node) => {
    const seen: number[] = [];
    node.addEventListener('glass-progress', (event) => seen.push((event as CustomEvent<{ step: number }>).detail.step));
    return seen;
  }) as never;
  await element.getByRole('button', { name: 'Train' }).click();
  await expect(element).toHaveAttribute('status', 'running');
  await expect.poll(() => stepOf(element)).toBeGreaterThan(20);
  await element.getByRole('button', { name: 'Pause' }).click();
  await expect(element).toHaveAttribute('status', 'ready');
  const paused = await stepOf(element);
  await element.getByRole('button', { name: 'One step' }).click();
  await expect.poll(() => stepOf(element)).toBe(paused + 1);
  await element.getByRole('button', { name: 'Go on' }).click();
  await expect.poll(() => stepOf(element)).toBeGreaterThan(paused + 1);
  await element.getByRole('button', { name: 'Reset' }).click();
  await expect.poll(() => stepOf(element)).toBe(0);
  await expect(element).toHaveAttribute('status', 'ready');
  expect(await (progress as unknown as { jsonValue(): Promise<number[]> }).jsonValue()).not.toHaveLength(0);
  const { step, instances, control } = await exported(element);
  expect(step).toBe(0);
  expect(instances.map(({ loss }) => loss)).toEqual(control.untrained.map(({ loss }) => loss));
});

test('train() resolves with the step that was reached where it is paused or reset meanwhile', async ({ page }) => {
  const element = await mount(page, SMALL);
  const reached = await element.evaluate(async (node) => {
    const widget = node as GlassSuperposition;
    const paused = widget.train(1_000_000);
    setTimeout(() => widget.pause(), 300);
    const first = await paused;
    const reset = widget.train(1_000_000);
    setTimeout(() => void widget.reset(), 300);
    await reset;
    await widget.ready;
    return { first, last: widget.training.step, refused: await widget.train(-1).then(() => null, (error: { code: string }) => error.code) };
  });
  expect(reached.first).toBeGreaterThan(0);
  expect(reached.first).toBeLessThan(1_000_000);
  expect(reached.last).toBe(0);
  expect(reached.refused).toBe('bad-input');
});

test('a changed setting takes the place of the run: the latest wins', async ({ page }) => {
  const element = await mount(page, { ...SMALL, autostart: '', steps: '1000000' });
  await expect.poll(() => stepOf(element)).toBeGreaterThan(0);
  await element.evaluate((node) => {
    const widget = node as GlassSuperposition;
    for (const density of ['0.5', '0.4', '0.3', '0.2']) widget.density = density;
    setTimeout(() => (widget.density = '0.25'));
  });
  await page.waitForFunction(() => document.querySelector('glass-superposition')!.shot?.plan.recipe.density === '0.25');
  await expect(element).toHaveAttribute('status', 'running');
  await element.evaluate((node) => (node as GlassSuperposition).pause());
  const { settings, step } = await exported(element);
  expect(settings.sparsity).toEqual([0.75, 0.75]);
  expect(step).toBeLessThan(1_000_000);
});

test('autostart waits until it can be seen, and training rests while it cannot', async ({ page }) => {
  await page.evaluate(() => document.body.append(Object.assign(document.createElement('div'), { style: 'height: 6000px' })));
  await page.evaluate(() => {
    const element = document.createElement('glass-superposition');
    for (const [name, value] of Object.entries({ autostart: '', instances: '2', batch: '64', steps: '1000000' })) element.setAttribute(name, value);
    document.body.append(element);
  });
  const element = page.locator('glass-superposition');
  await page.waitForFunction(() => customElements.get('glass-superposition'));
  await expect(element).toHaveAttribute('status', 'idle');
  await element.scrollIntoViewIfNeeded();
  await expect.poll(() => stepOf(element)).toBeGreaterThan(10);
  await page.evaluate(() => scrollTo(0, 0));
  await expect.poll(() => element.evaluate((node) => (node as GlassSuperposition).training.asleep)).toBe(true);
  const asleep = await element.evaluate(async (node) => {
    const { training } = node as GlassSuperposition;
    // The slice under way ends; then nothing more comes.
    for (let last = -1; last !== training.step; await new Promise((wait) => setTimeout(wait, 300))) last = training.step;
    return training.step;
  });
  await element.evaluate((node) => (node as GlassSuperposition).exportData());
  expect(await stepOf(element)).toBe(asleep);
  await element.scrollIntoViewIfNeeded();
  await expect.poll(() => stepOf(element)).toBeGreaterThan(asleep);
});

test('two elements train in one worker, each with its own numbers', async ({ page }) => {
  const started: string[] = [];
  page.on('worker', (worker) => started.push(worker.url()));
  const [one, two] = [await mount(page, { ...SMALL, seed: '1' }), await mount(page, { ...SMALL, seed: '2', 'n-features': '4' })];
  const first = page.locator('glass-superposition').first();
  await Promise.all([train(first, 120), train(two, 80)]);
  const [a, b] = [await exported(first), await exported(two)];
  expect([a.step, b.step]).toEqual([120, 80]);
  expect([a.settings.n, b.settings.n]).toEqual([5, 4]);
  expect(started).toHaveLength(1);
  void one;
});

test('no model and no tokenizer is fetched', async ({ page, baseURL }) => {
  const fetched: string[] = [];
  page.on('request', (request) => fetched.push(new URL(request.url()).pathname));
  await page.goto(new URL('superposition.html', baseURL ?? '').href);
  const element = page.locator('glass-superposition');
  await page.waitForFunction(() => customElements.get('glass-superposition'));
  await expect.poll(() => stepOf(element)).toBeGreaterThan(0);
  expect(fetched.filter((path) => /models\/|tokenizer|safetensors/.test(path))).toEqual([]);
  expect(fetched.some((path) => path.endsWith('engine_bg.wasm'))).toBe(true);
});

test('the views keep what they share: geometry and interference show the same models', async ({ page }) => {
  const element = await mount(page, SMALL);
  await train(element, 50);
  const before = await exported(element);
  await element.getByRole('button', { name: 'Interference' }).click();
  await settled(element);
  await change(element, { on: '1:0.5,3' });
  const data = await exported(element);
  expect(data.step).toBe(50);
  expect(data.instances).toEqual(before.instances);
  const { W, b } = data.instances[(data as unknown as { chosenInstance: number }).chosenInstance]!;
  expect(data.interference!.input).toEqual([0.5, 0, 1, 0, 0]);
  W.forEach((row, hidden) => expect(data.interference!.hidden[hidden]).toBeCloseTo(0.5 * row[0]! + row[2]!, 4));
  data.interference!.after.forEach((after, feature) => {
    const read = W.reduce((sum, row, hidden) => sum + row[feature]! * data.interference!.hidden[hidden]!, 0);
    expect(data.interference!.before[feature]).toBeCloseTo(read, 4);
    expect(after).toBeCloseTo(Math.max(0, read + b[feature]!), 4);
  });
});
