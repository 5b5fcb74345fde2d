// What the shipped models show on the page's own first example. A newcomer sees this in the first ten seconds, so it must be true.
import { change, expect, exported, mount, settled, test, type Exported } from './induction_page.ts';

test.beforeEach(({}, { project }) => test.skip(project.name !== 'cpu', 'the same on every backend'));

/** Natural logarithms of the probabilities at positions whose pair with the next token occurred before, on average. */
function meanOnRepeats({ tokens }: Exported, probs: (number | null)[] | null): number {
  const seen = new Set<string>();
  const logs: number[] = [];
  tokens.slice(0, -1).forEach(({ id }, position) => {
    const pair = `${id} ${tokens[position + 1]!.id}`;
    if (seen.has(pair)) logs.push(Math.log(probs![position]!));
    seen.add(pair);
  });
  expect(logs.length).toBeGreaterThan(5);
  return logs.reduce((sum, log) => sum + log, 0) / logs.length;
}

test('repeated tokens are expected by two layers, not by one, nor by an untrained model', async ({ page }) => {
  const element = await mount(page, {});
  const data = await exported(element);
  const two = meanOnRepeats(data, data.nextTokenProb);
  expect(two).toBeGreaterThan(Math.log(0.25));
  expect(meanOnRepeats(data, data.twinNextTokenProb)).toBeLessThan(two - 2);
  expect(meanOnRepeats(data, data.untrainedNextTokenProb)).toBeLessThan(two - 4);
});

test('there is a previous-token head in layer 0 and an induction head in layer 1, and they are called so', async ({ page }) => {
  const element = await mount(page, {});
  const { heads } = await exported(element);
  const previous = heads.filter(({ layer }) => layer === 0).reduce((a, b) => (b.previousToken > a.previousToken ? b : a));
  expect(previous.previousToken).toBeGreaterThan(0.5);
  expect(previous.previousToken).toBeGreaterThan(previous.control.random95.previousToken);
  await expect(element.getByRole('group', { name: 'Layer 0' }).getByRole('button', { name: /previous/ })).not.toHaveCount(0);
  await expect(element.getByRole('group', { name: 'Layer 1' }).getByRole('button', { name: /induction/ })).not.toHaveCount(0);
  await expect(element.getByRole('group', { name: 'Layer 0' }).getByRole('button', { name: /induction/ })).toHaveCount(0);
});

test('predict, then reveal: the previous-token head matters, a random other head of its layer does not', async ({ page }) => {
  const element = await mount(page, {});
  await element.getByRole('button', { name: 'about as likely' }).click();
  await settled(element);
  await expect(element.locator('.reveal')).toContainText('You said: about as likely. The model says: much less likely');
  const data = await exported(element);
  const before = meanOnRepeats(data, data.nextTokenProb);
  expect(meanOnRepeats(data, data.ablatedNextTokenProb)).toBeLessThan(before - 1.5);
  expect(meanOnRepeats(data, data.ablationControl!.nextTokenProb)).toBeGreaterThan(before - 0.75);
});

test('random tokens are copied: nothing but the repeat can tell what comes next', async ({ page }) => {
  const element = await mount(page, { seed: '11' });
  await element.getByRole('button', { name: 'Random tokens, repeated' }).click();
  await settled(element);
  const data = await exported(element);
  const second = data.nextTokenProb.slice(25, -1).map((prob) => prob!);
  expect(second.filter((prob) => prob > 0.5).length / second.length).toBeGreaterThan(0.6);
  const first = data.nextTokenProb.slice(1, 24).map((prob) => prob!);
  expect(first.filter((prob) => prob > 0.5)).toHaveLength(0);
  const twin = data.twinNextTokenProb!.slice(25, -1).map((prob) => prob!);
  expect(twin.filter((prob) => prob > 0.5).length / twin.length).toBeLessThan(0.25);
});

test('every example gives a picture', async ({ page }) => {
  const element = await mount(page, {});
  for (const name of ['A poem', 'Code', 'A name, repeated']) {
    await element.getByRole('button', { name }).click();
    await settled(element);
    const data = await exported(element);
    expect(data.textCut).toBe(false);
    meanOnRepeats(data, data.nextTokenProb);
  }
  await change(element, { text: 'x' });
});
