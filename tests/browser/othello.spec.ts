// <glass-othello>: its contract with the page, and its numbers.
import type { GlassOthello } from '../../www/src/widgets/glass-othello/element.ts';
import { change, clickSquare, expect, exported, folders, GAME, mount, test } from './othello_page.ts';
import { OTHELLO, othelloModel, othelloProbes, probeTensors } from './tiny_othello.ts';

const squareOf = (name: string): number => (Number(name.charAt(1)) - 1) * 8 + 'abcdefgh'.indexOf(name.charAt(0));
const idOf = (name: string): number => {
  const square = squareOf(name);
  return 1 + square - [27, 28, 35, 36].filter((centre) => centre < square).length;
};
const movesOf = (transcript: string): string[] => transcript.match(/../g) ?? [];

test('exports every number it shows, and they are those of the model and its probes', async ({ page, models }, { project }) => {
  const attributes = folders(models);
  const element = await mount(page, { ...attributes, transcript: GAME, layer: '1', frame: 'black-white' });
  await expect(element).toHaveAttribute('status', 'ready');
  await expect(element).toHaveAttribute('data-backend', project.name);
  const data = await exported(element);
  expect(data).toMatchObject({ transcript: GAME, ply: 6, toMove: 'black', layer: 1, frame: 'black-white', backend: project.name, refused: null });
  expect(data.selfCheck.ok).toBe(true);
  expect(data.legal.length).toBeGreaterThan(0);

  const run = await page.evaluate(async ({ folder, ids }) => {
    const model = await glasshouse.loadModel(folder);
    const { logits, cache } = await model.runWithCache(ids, { hooks: ['blocks.0.hook_resid_post'] });
    return { logits: [...logits.data.slice(-61)], resid: [...cache['blocks.0.hook_resid_post']!.data.slice(-16)] };
  }, { folder: attributes['model']!, ids: movesOf(GAME).map(idOf) });
  const sum = run.logits.reduce((all, logit) => all + Math.exp(logit), 0);
  for (const { square, prob, legal } of data.moves) {
    const centre = ['d4', 'e4', 'd5', 'e5'].includes(square);
    expect(prob).toBeCloseTo(centre ? 0 : Math.exp(run.logits[idOf(square)]!) / sum, 5);
    expect(legal).toBe(data.legal.includes(square));
  }
  const legalMass = data.moves.filter(({ legal }) => legal).reduce((all, { prob }) => all + prob, 0);
  expect(data.legalMass).toBeCloseTo(legalMass, 5);
  expect(data.illegalMass).toBeCloseTo(1 - legalMass, 5);

  const [weight, bias] = ['weight', 'bias'].map((part) => probeTensors().get(`probe.black_white.1.${part}`)!.data);
  data.probedBoard!.forEach((read, square) => {
    const logits = [0, 1, 2].map((state) => run.resid.reduce((all, x, d) => all + x * weight![(d * 64 + square) * 3 + state]!, bias![square * 3 + state]!));
    const whole = logits.reduce((all, logit) => all + Math.exp(logit), 0);
    ['empty', 'black', 'white'].forEach((name, state) => expect(read[name]).toBeCloseTo(Math.exp(logits[state]!) / whole, 4));
    const best = logits.indexOf(Math.max(...logits));
    const disc = data.board[square];
    expect(data.wrongSquares!.includes(String(read['square']))).toBe(best !== (disc === 0 ? 0 : disc === 1 ? 1 : 2));
  });
  expect(data.squaresRight).toHaveLength(6);
  expect(data.squaresRight.find(({ layer, frame }) => layer === 1 && frame === 'black-white')!.model).toBe(64 - data.wrongSquares!.length);
  for (const board of Object.values(data.probedBoardControl)) expect(board).toHaveLength(64);
  expect(data.probeAccuracy[2]).toMatchObject({ layer: 2, frame: 'mine-theirs', control: { untrained: 0.6, bagOfMoves: 0.87, majority: 0.62, shuffled: 0.5 } });
  expect(data.interventionTable!.rows[3]).toMatchObject({ layers: [1, 2], errors: 0, control: { randomDirection: { mean: 3, p95: 4 }, unrelatedSquare: 3.5 } });
  expect(data.attention.map(({ shape }) => shape)).toEqual([[4, 6], [4, 6]]);
  expect(JSON.parse(JSON.stringify(data))).toEqual(data);
});

test('a changed belief stands beside its controls, and is what the definition says', async ({ page, models }) => {
  const attributes = folders(models);
  const element = await mount(page, { ...attributes, transcript: GAME, edits: 'd3:flip,e6:empty,h8:mine', 'edit-layers': '1', scale: '2', seed: '5' });
  const { intervention: found, board, legal } = await exported(element);
  expect(found!.edits).toEqual([{ square: 'd3', how: 'flip' }, { square: 'e6', how: 'empty' }, { square: 'h8', how: 'mine' }].sort((a, b) => squareOf(a.square) - squareOf(b.square)));
  expect(found).toMatchObject({ layers: [1], scale: 2 });
  expect(found!.editedBoard[squareOf('d3')]).toBe(-board[squareOf('d3')]!);
  expect(found!.editedBoard[squareOf('h8')]).toBe(1);
  expect([...found!.newlyLegal].every((square) => !legal.includes(square) && found!.editedLegal.includes(square))).toBe(true);
  expect([...found!.newlyIllegal].every((square) => legal.includes(square) && !found!.editedLegal.includes(square))).toBe(true);
  const likeliest = [...found!.after.moves].sort((a, b) => b.prob - a.prob).slice(0, found!.editedLegal.length).map(({ square }) => square);
  expect([...found!.after.falsePositives].sort()).toEqual(likeliest.filter((square) => !found!.editedLegal.includes(square)).sort());
  expect(found!.after.errors).toBe(found!.after.falsePositives.length + found!.after.falseNegatives.length);
  expect(found!.control.randomDirection.draws).toBeGreaterThanOrEqual(16);
  expect(found!.sweep.map(({ layer }) => layer)).toEqual([0, 1, 2]);
  await expect(element.getByText('A random direction instead')).toBeVisible();
});

test.describe('the same on every backend', () => {
  test.beforeEach(({}, { project }) => test.skip(project.name !== 'cpu'));

  test('is played by mouse and by keys, says every square, and takes moves back', async ({ page, models }) => {
    const element = await mount(page, { ...folders(models), transcript: '' });
    await expect(element.getByText('No move has been played').first()).toBeVisible();
    await clickSquare(element, 0, 'f5');
    await expect(element).toHaveAttribute('transcript', 'f5');
    await clickSquare(element, 0, 'a1');
    await expect(element.getByText('a1: white is to move and would turn no disc there.').first()).toBeVisible();
    const cell = element.getByRole('grid', { name: /^The game/ }).getByRole('gridcell');
    await cell.focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown']) await cell.press(key);
    await expect(cell).toHaveAttribute('aria-label', /^d6, empty, legal/);
    await expect(element.getByRole('status').last()).toHaveText(/^d6, empty, legal/);
    await cell.press('Enter');
    await expect(element).toHaveAttribute('transcript', 'f5d6');
    await cell.press('Backspace');
    await expect(element).toHaveAttribute('transcript', 'f5');
    await element.getByRole('button', { name: 'Undo' }).click();
    await expect(element).toHaveAttribute('transcript', '');
  });

  for (const [given, kept, at, reason] of [
    ['f5d6a1c3', 'f5d6', 3, 'black is to move and would turn no disc there'],
    ['f5 d6, z9', 'f5d6', 3, 'this board has no such square'],
    ['f5f5', 'f5', 2, 'a disc stands there already'],
    ['e6f4e3f6g5d6e7f5c5a1', 'e6f4e3f6g5d6e7f5c5', 10, 'the game is over'],
  ] as const) {
    test(`the transcript “${given}” is refused at move ${at}`, async ({ page, models }) => {
      const element = await mount(page, { ...folders(models), transcript: given });
      await expect(element.getByRole('alert')).toContainText(`Move ${at}, “${given.replace(/[ ,]/g, '').slice(2 * at - 2, 2 * at)}”, was refused: ${reason}`);
      const data = await exported(element);
      expect(data).toMatchObject({ transcript: kept, refused: { at: at - 1 } });
      await expect(element.getByRole('textbox', { name: 'Transcript' })).toHaveValue(given);
    });
  }

  test('passes and finished games: white moves again, and the end has no legal move', async ({ page, models }) => {
    const element = await mount(page, { ...folders(models), transcript: 'd3c3e6d2d1e1b2c1' });
    expect(await exported(element)).toMatchObject({ toMove: 'white', passed: true, ply: 8 });
    await expect(element.getByText('White to move again: the other side had to pass.')).toBeVisible();
    await change(element, { transcript: 'e6f4e3f6g5d6e7f5c5', ply: null });
    const over = await exported(element);
    expect(over).toMatchObject({ toMove: null, legal: [], legalMass: 0 });
    await expect(element.getByText('The game is over.').first()).toBeVisible();
  });

  test('a square of the read board is changed by clicks, and given back', async ({ page, models }) => {
    const element = await mount(page, { ...folders(models), transcript: GAME });
    for (const edits of ['d3:flip', 'd3:empty', null]) {
      await clickSquare(element, 1, 'd3');
      if (edits === null) await expect(element).not.toHaveAttribute('edits');
      else await expect(element).toHaveAttribute('edits', edits);
      await element.evaluate((node) => (node as GlassOthello).ready);
    }
  });

  test('a link restores the exact state', async ({ page, models }) => {
    const given = { ...folders(models), transcript: GAME, ply: '5', layer: '2', frame: 'black-white', edits: 'd3:flip', 'edit-layers': '0,2', scale: '1.5', seed: '9', hide: 'lesson' };
    const element = await mount(page, given);
    const before = await exported(element);
    const link = await element.evaluate((node) => (node as GlassOthello).shareLink());
    expect(link).toContain('#v=1&');
    await element.evaluate((node) => node.remove());
    await page.evaluate((hash) => (location.hash = hash), new URL(link).hash);
    const other = await mount(page, {});
    expect(await exported(other)).toEqual(before);
    for (const [name, value] of Object.entries(given)) await expect(other).toHaveAttribute(name, value);
  });

  test('without its model it says so, and is played on', async ({ page, models }) => {
    const element = await mount(page, { model: `${models.origin}/nothing/`, transcript: 'f5' });
    await expect(element).toHaveAttribute('status', 'error');
    await expect(element.getByRole('alert')).toContainText('404');
    await expect(element.getByText('The rules need no network: you can play on here.')).toBeVisible();
    await clickSquare(element, 0, 'd6');
    await expect(element).toHaveAttribute('transcript', 'f5d6');
    await expect(element.getByText('Black to move.').first()).toBeVisible();
  });

  test('probes of another model are refused by name', async ({ page, models }) => {
    const model = models.folder(othelloModel());
    const element = await mount(page, { model, probes: models.folder(othelloProbes({ model: 'someone-else' })) });
    await expect(element.getByRole('alert')).toContainText('“someone-else”'.replace(/[“”]/g, '"'));
    await expect(element.getByRole('alert')).toContainText(OTHELLO.model_name);
    const other = await mount(page, { model, probes: models.folder(othelloProbes({ model_crc32: '00000000' })) });
    await expect(other.getByRole('alert')).toContainText('other weights');
  });

  test('unknown layers, frames, squares and changes are refused by name', async ({ page, models }) => {
    const element = await mount(page, { ...folders(models), transcript: GAME });
    for (const [properties, says] of [
      [{ layer: 7 }, 'layer="7": there are layers 0 to 2'], [{ layer: null, frame: 'mine' }, 'did you mean "mine-theirs"?'],
      [{ frame: 'mine-theirs', edits: 'd9:flip' }, 'edits="d9:flip" is not of the form d3:flip'], [{ edits: 'd3:flap' }, 'did you mean "flip"?'],
      [{ edits: '', editLayers: '4' }, 'edit-layers="4": there are layers 0 to 2'],
    ] as const) {
      await change(element, properties);
      await expect(element.getByRole('alert')).toContainText(says);
    }
    await change(element, { editLayers: '' });
    await expect(element).toHaveAttribute('status', 'ready');
  });

  test('the picture files, the tables and the program', async ({ page, models }) => {
    const element = await mount(page, { ...folders(models), transcript: GAME, edits: 'd3:flip' });
    const { svg, png, code } = await element.evaluate(async (node) => {
      const el = node as GlassOthello;
      const [svg, png] = [await el.exportImage('svg'), await el.exportImage('png')];
      return { svg: await svg.text(), png: (await createImageBitmap(png)).width, code: await el.exportPython() };
    });
    expect(svg).toMatch(/^<svg xmlns/);
    expect(svg).not.toMatch(/href|url\(|<image|<script/);
    expect(png).toBe(2240);
    expect(code).toContain('MOVES = ["f5", "d6", "c3", "d3", "c4", "f4"]');
    expect(code).toContain('CHANGES = [("d3"');
    for (const name of ['The boards as a table', 'The moves as a table', 'This position as a table', 'Accuracy as a table', 'Changed beliefs on held-out positions as a table', 'Attention as a table']) {
      await element.getByText(name).click();
    }
    await expect(element.getByRole('group', { name: /^Board, layer/ }).getByRole('row')).toHaveCount(65);
    await expect(element.getByRole('group', { name: /^Accuracy on held-out/ }).getByRole('row')).toHaveCount(7);
    await expect(element.getByRole('group', { name: /^Changed beliefs on 200/ }).getByRole('row')).toHaveCount(5);
    await expect(element.getByText('Over 200 flips in other games, at layer 0 with strength 0.2: 2.50 errors before, 1.00 after; random directions 3.00, another square 3.50.')).toBeVisible();
    await expect(element.getByText('Precomputed', { exact: true })).toHaveCount(2);
  });

  test('questions are answered by the model', async ({ page, models }) => {
    const element = await mount(page, { ...folders(models), transcript: GAME });
    await element.getByRole('button', { name: '58 or more' }).first().click();
    await expect(element.getByText(/^You said: 58 or more\. It is/)).toBeVisible();
    await element.getByRole('button', { name: 'fewer than with a random direction' }).click();
    await expect(element).toHaveAttribute('edits', /:flip$/);
    await expect(element.getByText(/^You said: fewer than with a random direction\. It is/)).toBeVisible();
  });

  test('a probe is fitted live, beside shuffled labels and the untrained network', async ({ page, models }) => {
    const element = await mount(page, { ...folders(models), transcript: GAME });
    await element.getByRole('button', { name: /^Fit at layer/ }).click();
    await expect(element.getByText(/^Step \d+ of \d+/)).toBeVisible();
    await element.getByRole('button', { name: 'Stop' }).click();
    await expect(element.getByRole('button', { name: /^Fit at layer/ })).toBeVisible();
    const end = await page.evaluate(async (folder) => {
      const model = await glasshouse.loadModel(folder);
      const phases = new Set<string>();
      const fit = await model.fitProbe({ layer: 1, games: 20, onStep: ({ phase }) => phases.add(phase) });
      return { phases: [...phases], fit };
    }, (await element.getAttribute('model'))!);
    expect(end.phases).toEqual(['playing', 'fitting', 'done']);
    expect(end.fit.probes.map(({ of }) => of)).toEqual(['model', 'shuffled-labels']);
    for (const { loss, accuracy } of end.fit.probes) {
      expect(loss).toBeGreaterThan(0);
      expect(accuracy!.all).toBeGreaterThan(1 / 3);
      expect(accuracy!.all).toBeLessThanOrEqual(1);
    }
  });
});
