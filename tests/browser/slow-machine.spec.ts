// Slow machines: optional work is cut to what they do in reasonable time, they say so and offer all of it, and links carry what was used.
// How slow the machine is, is pretended (docs/adr/0006-slow-machines.md): browsers throttle pages, but not the workers in which models run.
import type { Locator, Page } from '@playwright/test';
import { tinyModel } from './tiny_model.ts';
import { change, expect, exported, folders, GAME, mount as mountOthello, test } from './othello_page.ts';
import { exported as exportedFeatures, mount as mountFeatures } from './features_page.ts';
import { mount as mountSuperposition } from './superposition_page.ts';

test.beforeEach(({}, { project }) => test.skip(project.name !== 'cpu', 'the same on every backend'));

const slowness = (page: Page, times: number | null) => page.evaluate((value) => {
  if (value === null) localStorage.removeItem('glasshouse-slowness');
  else localStorage.setItem('glasshouse-slowness', String(value));
}, times);

const linkOf = async (element: Locator): Promise<URLSearchParams> =>
  new URLSearchParams(new URL(await element.evaluate((node) => (node as HTMLElement & { shareLink(): string }).shareLink())).hash.slice(1));

/** Takes the element away, and puts a bare one there that the link describes. */
async function reopened(page: Page, element: Locator, link: URLSearchParams, mount: (page: Page, attributes: Record<string, string>) => Promise<Locator>): Promise<Locator> {
  await element.evaluate((node) => node.remove());
  await page.evaluate((hash) => (location.hash = hash), `#${link.toString()}`);
  return mount(page, {});
}

test('a model is timed once, and says how fast it is', async ({ page, models }) => {
  const paces = await page.evaluate(async (folder) => {
    const model = await glasshouse.loadModel(folder);
    return [await model.pace(), await (await glasshouse.loadModel(folder)).pace()];
  }, models.folder(tinyModel()));
  expect(paces[0]!.runMs).toBeGreaterThan(0);
  expect(paces[0]!.stepMs).toBeGreaterThan(0);
  expect(paces[0]!.positions).toBeGreaterThan(1);
  // To the last digit: the second handle asks for what is known.
  expect(paces[1]).toEqual(paces[0]);
});

test('glass-othello: fewer directions and no sweep, as the figure says; all of it on demand; the link has the numbers of either', async ({ page, models }) => {
  await slowness(page, 500);
  const given = { ...folders(models), transcript: GAME, edits: 'd3:flip', 'edit-layers': '1', scale: '2' };
  const element = await mountOthello(page, given);
  const few = await exported(element);
  expect(few.intervention!.control.randomDirection.draws).toBe(8);
  expect(few.intervention!.sweep).toBeNull();
  await expect(element.getByText('8 of 64 random directions. Measured just now: all of them would take this machine about 26 s.')).toBeVisible();
  await expect(element.getByText(/^Each layer alone is not tried\. Measured just now:/)).toBeVisible();
  const link = await linkOf(element);
  expect([link.get('directions'), link.get('sweep')]).toEqual(['8', 'off']);

  // On a fast machine: the numbers of the slow one, and the way to all of them.
  await slowness(page, 1);
  const other = await reopened(page, element, link, mountOthello);
  expect((await exported(other)).intervention).toEqual(few.intervention);
  await other.getByRole('button', { name: 'Draw all 64' }).click();
  await expect(other).toHaveAttribute('directions', '64');
  await other.getByRole('button', { name: 'Try each layer alone' }).click();
  await expect(other).toHaveAttribute('sweep', 'on');
  const all = await exported(other);
  expect(all.intervention!.control.randomDirection.draws).toBe(64);
  expect(all.intervention!.sweep.map(({ layer }) => layer)).toEqual([0, 1, 2]);
  await expect(other.locator('.size')).toHaveCount(0);

  // And back: what a fast machine found, a slow one finds too.
  const whole = await linkOf(other);
  await slowness(page, 500);
  const back = await reopened(page, other, whole, mountOthello);
  expect((await exported(back)).intervention).toEqual(all.intervention);
});

test('glass-othello: what is chosen is checked', async ({ page, models }) => {
  const element = await mountOthello(page, { ...folders(models), transcript: GAME, edits: 'd3:flip', directions: '0' });
  await expect(element.getByRole('alert')).toContainText('directions="0" is no whole number from 1 to 1024.');
  await change(element, { directions: 8, sweep: 'no' });
  await expect(element.getByRole('alert')).toContainText('sweep cannot be "no"; did you mean "on"?');
  await change(element, { sweep: 'off' });
  expect((await exported(element)).intervention!.control.randomDirection.draws).toBe(8);
});

test('glass-othello: the picture comes first, then the sweep, a layer at a time', async ({ page, models }) => {
  const element = await mountOthello(page, { ...folders(models), transcript: GAME });
  const asked = await element.evaluate(async (node) => {
    const asks: { layers: number[]; draws: number | null; drawn: boolean }[] = [];
    const post = Object.getOwnPropertyDescriptor(Worker.prototype, 'postMessage')!.value as (this: Worker, message: unknown, ...rest: unknown[]) => void;
    let drawn = false;
    node.addEventListener('glass-change', () => (drawn = true));
    Worker.prototype.postMessage = function (this: Worker, message: { ask?: { kind: string; request: { editLayers: number[]; draws: number | null } } }, ...rest: unknown[]) {
      if (message.ask?.kind === 'othelloRun') asks.push({ layers: message.ask.request.editLayers, draws: message.ask.request.draws, drawn });
      post.call(this, message, ...rest);
    };
    const element = node as typeof node & { edits: string; exportData(): Promise<object> };
    element.edits = 'd3:flip';
    await element.exportData();
    return asks;
  });
  expect(asked[0]).toMatchObject({ draws: 64, drawn: false });
  expect(asked.slice(1).map(({ layers }) => layers)).toEqual([[0], [1], [2]]);
  expect(asked.slice(2).every(({ drawn, draws }) => drawn && draws === 16)).toBe(true);
});

test('glass-features: fewer directions and passages, as the figure says; all of them on demand; the link has them', async ({ page }) => {
  await slowness(page, 40);
  const element = await mountFeatures(page, { text: 'Once upon a time there was a little girl' });
  const few = await exportedFeatures(element);
  expect(few.steering.divergence.random.draws).toBe(20);
  await expect(element.getByText(/^20 of 50 random directions\. Measured just now: all of them would take this machine about 12 s\./)).toBeVisible();
  await expect(element.getByText(/^4 of 16 held-out passages\. Measured just now:/)).toBeVisible();
  const link = await linkOf(element);
  expect([link.get('directions'), link.get('passages')]).toEqual(['20', '4']);
  await element.getByRole('button', { name: 'Read all 16' }).click();
  await expect(element).toHaveAttribute('passages', '16');
  const more = await exportedFeatures(element);
  expect(more.steering.damage.heldOutTokens).toBeGreaterThan(few.steering.damage.heldOutTokens);
  expect(more.steering.divergence).toEqual(few.steering.divergence);
  expect((await linkOf(element)).get('passages')).toBe('16');

  await slowness(page, 1);
  const other = await reopened(page, element, link, mountFeatures);
  expect((await exportedFeatures(other)).steering).toEqual(few.steering);
});

test('glass-superposition: a coarser phase diagram and fewer seeds; all of them on demand; the link has them', async ({ page }) => {
  await slowness(page, 40);
  const element = await mountSuperposition(page, { view: 'phase' });
  await expect(element.getByText('16 × 16 of 32 × 32 models. Measured just now: all of them would take this machine about 147 s.')).toBeVisible();
  expect((await linkOf(element)).get('grid')).toBe('16');
  await element.getByRole('button', { name: 'Train all 32 × 32' }).click();
  await expect(element).toHaveAttribute('grid', '32');
  await expect(element.locator('.size')).toHaveCount(0);
  expect((await linkOf(element)).get('grid')).toBe('32');

  await slowness(page, 400);
  const seeds = await mountSuperposition(page, {});
  await expect(seeds.getByText(/^2 of 8 seeds\. Measured just now:/)).toBeVisible();
  expect((await linkOf(seeds)).get('instances')).toBe('2');
  const given = await mountSuperposition(page, { instances: '8' });
  await expect(given.locator('.size')).toHaveCount(0);
});

test('sliders stay where they are put while the answer is computed', async ({ page, models }) => {
  /** Moves the slider, and tells where it stands when the element has drawn itself, before any worker can have answered. */
  const moved = (slider: Locator, to: string) => slider.evaluate(async (input: HTMLInputElement, value) => {
    const host = (input.getRootNode() as ShadowRoot).host as HTMLElement & { updateComplete: Promise<boolean>; requestUpdate(): void };
    input.value = value;
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await host.updateComplete;
    host.requestUpdate();
    await host.updateComplete;
    return input.value;
  }, to);
  const othello = await mountOthello(page, { ...folders(models), transcript: GAME, edits: 'd3:flip' });
  expect(await moved(othello.getByRole('slider', { name: 'strength' }), '0.61')).toBe('0.61');
  expect(await moved(othello.getByRole('slider', { name: 'Layer' }), '1')).toBe('1');
  expect(await moved(othello.getByRole('slider', { name: 'Move' }), '3')).toBe('3');
  const superposition = await mountSuperposition(page, {});
  expect(await moved(superposition.getByRole('slider', { name: /^Density/ }), '-50')).toBe('-50');
  expect(await moved(superposition.getByRole('slider', { name: /^Importance/ }), '0.5')).toBe('0.5');
  const features = await mountFeatures(page, { text: 'Once upon a time' });
  expect(await moved(features.getByRole('slider', { name: 'temperature' }), '1.2')).toBe('1.2');
  const amount = features.getByRole('slider', { name: 'Amount' });
  const largest = (await amount.getAttribute('max')) ?? '';
  expect(Number(await moved(amount, largest))).toBeCloseTo(Number(largest), 5);
});
