// No text is written past the catalogues, and pages that run from right to left hold together.
import { fileURLToPath } from 'node:url';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { pageNames } from '../../www/pages.mjs';
import { figureOf, settled } from './lesson_page.ts';
import { collisions, turn, unturned } from './right_to_left.ts';

test.beforeEach(async ({ page }, { project }) => {
  test.skip(project.name !== 'cpu', 'the same on every backend');
  await turn(page);
  await page.emulateMedia({ reducedMotion: 'reduce' });
});

/** Each element in states that show all of its parts. */
const STATES: Readonly<Record<string, readonly string[]>> = {
  induction: ['layer=1&head=2&ablate=0.3:zero', 'view=lines&compare=on'],
  superposition: ['preset=pentagon&steps=200', 'view=sweep&steps=100', 'view=phase&steps=60', 'view=interference&steps=200'],
  othello: ['transcript=f5d6c3d3c4&edits=d3:flip', 'ply=12'],
  features: ['text=Once+upon+a+time', 'compare=on&search=the'],
};

/** A button's name, as it is written in the language of the tests. */
const turned = (text: string): string => `\u202e${text}\u202c`;

async function open(page: Page, name: string, state: string): Promise<Locator> {
  await page.goto('about:blank');
  await page.goto(`./${name}.html#v=1&widget=glass-${name}&${state}`);
  const element = page.locator(`glass-${name}`);
  await expect(element).toHaveAttribute('status', 'ready', { timeout: 90_000 });
  await settled(element);
  return element;
}

for (const [name, states] of Object.entries(STATES)) {
  test(`glass-${name} says nothing past the catalogue, and no control lies over another`, async ({ page }) => {
    test.setTimeout(300_000);
    for (const state of states) {
      const element = await open(page, name, state);
      await element.evaluate((host) => host.shadowRoot?.querySelectorAll('details').forEach((part) => (part.open = true)));
      for (const panel of await element.locator('[aria-controls="take-away"]').all()) {
        await panel.click();
        expect.soft(await unturned(element), state).toEqual([]);
      }
      for (const width of [1280, 320]) {
        await page.setViewportSize({ width, height: 900 });
        expect.soft(await collisions(element), `${state}, ${width} px`).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      }
    }
  });
}

test('what the pages’ scripts say comes from the catalogue', async ({ page }) => {
  await page.goto('./numbers.html');
  await page.getByRole('button', { name: turned('Check every model here') }).click();
  await expect(page.locator('#machine td b').first()).toBeVisible({ timeout: 60_000 });
  await page.locator('#models summary').first().click();
  for (const part of ['#machine', '#models summary', '#sizes thead', '#sizes .note']) for (const one of await page.locator(part).all()) expect.soft(await unturned(one), part).toEqual([]);

  await page.goto('./yours.html');
  const golden = fileURLToPath(new URL('../golden/', import.meta.url));
  await page.locator('#drop input:not([webkitdirectory])').setInputFiles(['config.json', 'model.safetensors'].map((name) => `${golden}standard-ln-gelu/${name}`));
  await expect(page.locator('#misfits')).toBeVisible({ timeout: 60_000 });
  expect.soft(await unturned(page.locator('#loaded'))).toEqual([]);

  await page.goto('./othello.html');
  await settled(figureOf(page));
  await page.locator('article details[open] a[href^="#v="]').first().click();
  await expect(page.locator('.bar p')).toHaveText(/\d/);
  expect.soft(await unturned(page.locator('.bar'))).toEqual([]);
});

test('a text that was written past the catalogue is found', async ({ page }) => {
  const element = await open(page, 'superposition', 'steps=20');
  await element.evaluate((host) => {
    const frame = host.shadowRoot?.querySelector('.frame');
    frame?.append(Object.assign(document.createElement('p'), { textContent: 'Plain words.', title: 'A hint.' }));
  });
  expect(await unturned(element)).toEqual(['title: A hint.', 'Plain words.']);
});

for (const name of await pageNames()) {
  test(`${name} holds together from right to left`, async ({ page }) => {
    await page.goto(`./${name}.html`);
    await page.waitForLoadState('networkidle');
    for (const width of [1280, 320]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth), `${width} px`).toBeLessThanOrEqual(width);
    }
  });
}
