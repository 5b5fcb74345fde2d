// <glass-superposition>: sweep, phase diagram, pictures, guesses, and what it does with nonsense.
import type { GlassSuperposition } from '../../www/src/widgets/glass-superposition/element.ts';
import { OUTCOME_COLOURS } from '../../www/src/widgets/glass-superposition/parts/phase-plot.ts';
import { change, expect, exported, mount, SMALL, settled, stepOf, test, train } from './superposition_page.ts';

test.beforeEach(({}, { project }) => test.skip(project.name !== 'cpu', 'the same on every backend'));

const PHASE = { view: 'phase', grid: '8', batch: '128' };

test('the phase diagram agrees with the best models, and each pixel has the colour of its outcome', async ({ page }) => {
  const element = await mount(page, { ...PHASE, grid: '12' });
  await train(element, 1000);
  const { grid, agreement, instances, settings } = await exported(element);
  expect(grid).toHaveLength(144);
  expect(instances).toHaveLength(144);
  expect(settings['starts']).toBe(8);
  expect(agreement!).toBeGreaterThanOrEqual(0.95);
  await expect(element.getByText(/cells more than one cell from that line ended where the best model is/)).toBeVisible();
  for (const cell of grid!) {
    expect(cell.exactLoss).toBeGreaterThan(0);
    // Both are exact expectations: no model is better than the best one.
    expect(cell.loss).toBeGreaterThan((1 - 1e-6) * cell.exactLoss);
  }
  const pixels = await element.evaluate((node) => {
    const canvas = node.shadowRoot!.querySelector<HTMLCanvasElement>('canvas.phase-cells')!;
    return [...canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data];
  });
  grid!.forEach(({ outcome }, cell) => {
    const [row, column] = [Math.floor(cell / 12), cell % 12];
    const at = 4 * ((11 - row) * 12 + column);
    expect(pixels.slice(at, at + 3)).toEqual([...OUTCOME_COLOURS[outcome as keyof typeof OUTCOME_COLOURS]]);
  });
});

test('a click on a cell opens that very model in the geometry view', async ({ page }) => {
  const element = await mount(page, PHASE);
  await train(element, 60);
  const { grid } = await exported(element);
  await element.getByRole('grid').scrollIntoViewIfNeeded();
  const box = (await element.getByRole('grid').boundingBox())!;
  // The lower left cell: dense, unimportant.
  await page.mouse.click(box.x + 3, box.y + box.height - 3);
  await expect(element).toHaveAttribute('view', 'geometry');
  await settled(element);
  const opened = await exported(element);
  expect(opened.step).toBe(60);
  expect(opened.instances).toHaveLength(1);
  expect(opened.instances[0]).toMatchObject({ seed: grid![0]!.seed, expectedLoss: grid![0]!.loss });
  expect(opened.settings.importance).toEqual([1, 0.1]);
});

test('arrows walk over the cells, each says what it holds, Enter opens it', async ({ page }) => {
  const element = await mount(page, PHASE);
  await train(element, 20);
  const cell = element.getByRole('gridcell');
  await cell.focus();
  await page.keyboard.press('Home');
  for (let step = 0; step < 9; step += 1) await page.keyboard.press('ArrowDown');
  await expect(cell).toBeFocused();
  await expect(cell).toHaveAttribute('aria-colindex', '1');
  await expect(cell.locator('..')).toHaveAttribute('aria-rowindex', '8');
  await expect(cell).toHaveAttribute('aria-label', /density 1, importance 0\.1, seed \d+: (dropped|dedicated|superposed); best: dropped/);
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowUp');
  await expect(cell).toHaveAttribute('aria-colindex', '8');
  await page.keyboard.press('Enter');
  await expect(element).toHaveAttribute('view', 'geometry');
  await expect(element).toHaveAttribute('density', '0.01');
});

test('the sweep: D* falls from one, and its table is the exported numbers', async ({ page }) => {
  const element = await mount(page, { view: 'sweep', instances: '20', density: '1,0.3,0.05', batch: '128', 'learning-rate': '0.003' });
  await train(element, 4000);
  const { instances } = await exported(element);
  expect(instances).toHaveLength(20);
  const at = (density: number) => instances.filter((instance) => instance.density === density).map(({ dimensionsPerFeature }) => dimensionsPerFeature!);
  expect(Math.max(...at(0.05))).toBeLessThan(0.5);
  expect(Math.min(...at(1))).toBeGreaterThan(0.8);
  await element.getByText('The sweep as a table').click();
  await expect(element.locator('details[open] tbody tr')).toHaveCount(20);
  await element.getByRole('button', { name: 'Open it in' }).click();
  await settled(element);
  expect((await exported(element)).step).toBe(4000);
});

test('a guess sets the models going, and they judge it', async ({ page }) => {
  const element = await mount(page, { ...SMALL, steps: '4000', 'learning-rate': '0.005', density: '0.1' });
  await expect(element.getByText('Suppose every feature were on in every sample.')).toBeVisible();
  await element.getByRole('button', { name: '5', exact: true }).click();
  await expect(element.getByText(/You said: 5\. The models say: [23]/)).toBeVisible();
  await expect(element).toHaveAttribute('density', '1');
  await expect(element.getByText('Suppose every feature were on in every sample.')).toBeVisible();
});

test('a guess in the interference view is judged by one input beside another', async ({ page }) => {
  const element = await mount(page, { ...SMALL, view: 'interference' });
  await train(element, 400);
  await element.getByRole('button', { name: 'worse' }).click();
  await expect(element.getByText(/The models say: (worse|about as well|better)/)).toBeVisible();
  await expect(element).toHaveAttribute('on', '1,2');
  await element.getByRole('switch', { name: 'Feature 2' }).click();
  await expect(element).toHaveAttribute('on', '1');
});

const NONSENSE: readonly (readonly [attributes: Record<string, string>, says: RegExp])[] = [
  [{ 'n-features': '1e12' }, /n-features .* was set to 200/],
  [{ 'n-hidden': '-3' }, /n-hidden -3 was set to 1/],
  [{ batch: '99999999', instances: '2' }, /batch .* was set to 4096/],
  [{ batch: '0' }, /batch 0 was set to 1/],
  [{ density: '0' }, /density 0 was set to 0\.001/],
  [{ density: '7' }, /density 7 was set to 1/],
  [{ importance: '-1' }, /importance -1 was set to 0/],
  [{ steps: '-5' }, /steps -5 was set to 1/],
  [{ 'learning-rate': '1e9' }, /learning-rate .* was set to 1/],
  [{ view: 'phase', grid: '5000', batch: '1', instances: '1' }, /grid 5000 was set to 64/],
  [{ instances: '300' }, /instances 300 was set to 64/],
  [{ 'n-features': 'banana' }, /n-features is no number/],
  [{ density: '0.1,oops' }, /density="oops" is no number/],
  [{ density: 'NaN' }, /density="NaN" is no number/],
  [{ importance: '1,0.5' }, /importance lists 2 numbers for 5 features/],
  [{ view: 'geometri' }, /view cannot be "geometri"; did you mean "geometry"/],
  [{ preset: 'pentagram' }, /preset cannot be "pentagram"; did you mean "pentagon"/],
  [{ activation: '<b>' }, /activation cannot be "<b>"/],
  [{ view: 'phase', 'n-features': '9' }, /The phase diagram is drawn for 2 features in 1 dimension or 3 in 2, not for 9/],
  [{ view: 'interference', task: 'absolute' }, /The interference view takes models apart that reconstruct x/],
  [{ view: 'interference', on: '77' }, /on="77" is not of the form/],
  [{ seed: 'x' }, /seed is no number/],
];

for (const [attributes, says] of NONSENSE) {
  test(`${JSON.stringify(attributes)} is set right or refused, in one sentence`, async ({ page }) => {
    const element = await mount(page, { instances: '2', ...attributes });
    await expect(element.locator('[role=status], [role=alert]').filter({ hasText: says })).toBeVisible();
    if ((await element.getAttribute('status')) === 'error') {
      // It recovers as soon as the attribute is gone.
      await element.evaluate((node, names) => names.forEach((name) => node.removeAttribute(name)), Object.keys(attributes));
      await settled(element);
      await expect(element).toHaveAttribute('status', 'ready');
      await expect(element.getByRole('alert')).toHaveCount(0);
    } else {
      await train(element, 1);
      expect((await exported(element)).step).toBe(1);
    }
  });
}

test('a run that diverges stops, says so, and leaves the others alone', async ({ page }) => {
  const element = await mount(page, { 'n-features': '3', importance: '100', 'learning-rate': '1', 'weight-decay': '0', density: '1', instances: '2', batch: '64', activation: 'linear' });
  await train(element, 3000);
  const { instances } = await exported(element);
  for (const { diverged, loss } of instances) expect(loss === null).toBe(diverged);
  await expect(element).toHaveAttribute('status', 'ready');
});

test('the solid turns with the keys and with the pointer', async ({ page }) => {
  const element = await mount(page, { preset: 'solid', instances: '1', batch: '32' });
  const slider = element.getByRole('slider', { name: 'Turn the solid' });
  const dots = () => element.locator('.turnable circle').evaluateAll((nodes) => nodes.map((node) => node.getAttribute('cx')));
  const before = await dots();
  await slider.focus();
  await page.keyboard.press('ArrowRight');
  await expect(slider).toHaveAttribute('aria-valuenow', '40');
  await expect(element).toHaveAttribute('turn', '40,20');
  await expect.poll(dots).not.toEqual(before);
  await slider.scrollIntoViewIfNeeded();
  const box = (await slider.boundingBox())!;
  await page.mouse.move(box.x + 50, box.y + 50);
  await page.mouse.down();
  await page.mouse.move(box.x + 110, box.y + 50, { steps: 4 });
  await page.mouse.up();
  expect(Number(await slider.getAttribute('aria-valuenow'))).toBeGreaterThan(60);
  expect(await stepOf(element)).toBe(0);
});

for (const attributes of [SMALL, { preset: 'solid', instances: '2' }, { preset: 'graph', instances: '1' }, { preset: 'absolute', instances: '1' }, { view: 'sweep', instances: '10' }, PHASE, { ...SMALL, view: 'interference' }] as Record<string, string>[]) {
  test(`the image files of ${JSON.stringify(attributes)} stand alone`, async ({ page }) => {
    const element = await mount(page, { ...attributes, batch: '32' });
    await train(element, 5);
    const { svg, png } = await element.evaluate(async (node) => {
      const widget = node as GlassSuperposition;
      const [svg, png] = [await widget.exportImage('svg'), await widget.exportImage('png')];
      const { width, height } = await createImageBitmap(png);
      return { svg: await svg.text(), png: { type: png.type, width, height } };
    });
    expect(png.type).toBe('image/png');
    expect(png.width).toBe(1920);
    expect(svg).not.toMatch(/NaN|undefined|Infinity|var\(|<script|href/);
    const parsed = await page.evaluate((text) => new DOMParser().parseFromString(text, 'image/svg+xml').documentElement.localName, svg);
    expect(parsed).toBe('svg');
    expect(svg).toContain('Glasshouse');
  });
}

test('the menus: a link, two lines, a frame, files, a program', async ({ page }) => {
  const element = await mount(page, { ...SMALL, density: '0.2' });
  await train(element, 10);
  await element.getByRole('button', { name: 'Share', exact: true }).click();
  await expect(element.getByRole('textbox', { name: /exactly this state/ })).toHaveValue(/#v=1&widget=glass-superposition.*density=0\.2.*step=10/);
  await element.getByRole('button', { name: 'Embed' }).click();
  await expect(element.getByRole('textbox', { name: 'Two lines' })).toHaveValue(/<glass-superposition [^>]*density="0\.2"[^>]*seed="1"/);
  await element.getByRole('button', { name: 'Copy as Python' }).click();
  await expect(element.getByRole('textbox', { name: /PyTorch/ })).toHaveValue(/import torch[\s\S]*def philox[\s\S]*AdamW/);
  await element.getByRole('button', { name: 'Download' }).click();
  const [file] = await Promise.all([page.waitForEvent('download'), element.getByRole('button', { name: 'Models (CSV)' }).click()]);
  expect(file.suggestedFilename()).toBe('glass-superposition-models.csv');
});

test('a picture of many features: the matrix, its bars and the graph', async ({ page }) => {
  const element = await mount(page, { preset: 'graph', instances: '1', batch: '64' });
  await train(element, 20);
  await expect(element.getByRole('img', { name: /How strongly each of 40 features/ })).toBeVisible();
  await expect.poll(() => element.locator('canvas.gram').evaluate((node) => (node as HTMLCanvasElement).width)).toBe(40);
  await change(element, { nFeatures: 4 });
  await expect.poll(() => element.locator('canvas.gram').evaluate((node) => (node as HTMLCanvasElement).width)).toBe(4);
});
