// <glass-induction> by keyboard alone.
import { change, expect, exported, mount, settled, test, tiny, tokensOf } from './induction_page.ts';

test.beforeEach(({}, { project }) => test.skip(project.name !== 'cpu', 'the same on every backend'));

test('the tab key reaches every part, in the order in which they stand', async ({ page, models }) => {
  const element = await mount(page, tiny(models));
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  const reached: string[] = [];
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press('Tab');
    const name = await element.evaluate((node) => {
      const focused = node.shadowRoot!.activeElement;
      if (!focused) return null;
      const outline = getComputedStyle(focused);
      if (outline.outlineStyle === 'none' || Number.parseFloat(outline.outlineWidth) < 2) return `without a ring: ${focused.className}`;
      return `${focused.getAttribute('role') ?? focused.localName} ${focused.getAttribute('aria-label') ?? focused.textContent?.trim() ?? ''}`;
    });
    if (name === null) break;
    reached.push(name);
  }
  expect(reached.filter((name) => name.startsWith('without a ring'))).toEqual([]);
  const order = ['button A name, repeated', 'textarea', 'option', 'summary Tokens as a table', 'button Head 0.0', 'gridcell', 'radio', 'select Head 0.0', 'button much less likely', 'summary What you should see', 'button Share', 'button Copy as Python'];
  const places = order.map((wanted) => reached.findIndex((name) => name.startsWith(wanted)));
  expect(places).not.toContain(-1);
  expect([...places].sort((a, b) => a - b)).toEqual(places);
  // One stop for all tokens, one for all cells.
  expect(reached.filter((name) => name.startsWith('option'))).toHaveLength(1);
  expect(reached.filter((name) => name.startsWith('gridcell'))).toHaveLength(1);
});

test('arrows walk along the tokens; Enter keeps one, Escape lets go', async ({ page, models }) => {
  const element = await mount(page, tiny(models));
  const options = tokensOf(element);
  const last = (await options.count()) - 1;
  await options.nth(last).focus();
  await page.keyboard.press('Home');
  await expect(options.first()).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(options.nth(2)).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await expect(element).toHaveAttribute('position', '1');
  await expect(options.nth(1)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Escape');
  await expect(element).not.toHaveAttribute('position');
  await page.keyboard.press('End');
  await expect(options.nth(last)).toBeFocused();
});

test('arrows walk through the attention pattern, and each cell says what it holds', async ({ page, models }) => {
  const element = await mount(page, tiny(models, { layer: '1', head: '1', position: '5' }));
  const cell = element.getByRole('gridcell');
  const { attention, tokens } = await exported(element);
  await cell.focus();
  await page.keyboard.press('Home');
  await expect(cell).toBeFocused();
  await expect(cell).toHaveAttribute('aria-colindex', '1');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowUp');
  await expect(cell).toBeFocused();
  await expect(cell).toHaveAttribute('aria-colindex', '2');
  await expect(cell.locator('..')).toHaveAttribute('aria-rowindex', '5');
  const share = attention.data[4]![1]! * 100;
  const label = (await cell.getAttribute('aria-label'))!;
  expect(label).toContain('token 4, to ');
  expect(label).toContain(tokens[1]!.text.trim());
  expect(Number.parseFloat(/([\d.]+)\s%$/.exec(label)![1]!)).toBeCloseTo(share, share < 9.95 ? 1 : 0);
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowRight');
  await expect(cell).toHaveAttribute('aria-colindex', '5');
  await page.keyboard.press('Enter');
  await settled(element);
  await expect(element).toHaveAttribute('position', '4');
  await page.keyboard.press('Escape');
  await expect(element).not.toHaveAttribute('position');
  await expect(element).not.toHaveAttribute('layer');
});

test('the switch of a head is a group of radio buttons', async ({ page, models }) => {
  const element = await mount(page, tiny(models));
  await change(element, { layer: 0, head: 0 });
  const group = element.getByRole('radiogroup', { name: 'Head 0.0' });
  await group.getByRole('radio', { name: 'on' }).focus();
  await page.keyboard.press('ArrowRight');
  await settled(element);
  await expect(element).toHaveAttribute('ablate', '0.0:zero');
  await expect(group.getByRole('radio', { name: 'off (zero)' })).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await settled(element);
  await expect(element).not.toHaveAttribute('ablate');
});

test('the sentence for ears tells the picture once it stands still', async ({ page, models }) => {
  const element = await mount(page, tiny(models));
  await change(element, { layer: 1, head: 2, position: 3, ablate: '1.2:zero' });
  const live = element.locator('p[aria-live]').last();
  await expect(live).toContainText('Head 1.2');
  await expect(live).toContainText(/looks from .+ most at .+\(.+\s%\)/);
  await expect(live).toContainText(/with 1\.2 switched off/);
  await expect(live).toContainText(/one-layer twin/);
});
