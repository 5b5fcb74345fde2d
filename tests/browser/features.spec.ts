// <glass-features>: its numbers, and its contract with the page, on the model and the dictionaries that are shipped.
import type { GlassFeatures } from '../../www/src/widgets/glass-features/element.ts';
import { change, expect, exported, HOOK, mount, test, TEXT } from './features_page.ts';

// Hundreds of runs each, which a GPU in software takes its time for.
test.describe.configure({ timeout: 400_000 });

const probabilities = (logits: readonly number[]): number[] => {
  const most = Math.max(...logits);
  const weights = logits.map((logit) => Math.exp(logit - most));
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / whole);
};

test('exports what it shows, and the numbers are those of runs through the API', async ({ page, baseURL }, { project }) => {
  const element = await mount(page, { text: TEXT });
  await expect(element).toHaveAttribute('status', 'ready');
  await expect(element).toHaveAttribute('data-backend', project.name);
  const data = await exported(element);
  expect(data).toMatchObject({ backend: project.name, cut: false, settings: { position: data.tokens.length - 1, how: 'clamp', seed: 1 } });
  expect(data.selfCheck.ok).toBe(true);
  expect(JSON.parse(JSON.stringify(data))).toEqual(data);

  const { feature, amount } = data.settings;
  const seen = await page.evaluate(async ({ site, ids, hook, feature, amount }) => {
    const model = await glasshouse.loadModel(new URL('models/stories/', site));
    const sae = await model.attachSae(new URL('models/stories-sae-x4/', site), { errorTerm: true });
    const acts = `${hook}.hook_sae_acts_post`;
    const run = await model.runWithCache(ids, { hooks: [acts] });
    const clamped = await model.runWithCache(ids, { edits: [{ hook: acts, features: [feature], how: 'replace', value: amount }] });
    const last = (logits: { data: Float32Array; shape: number[] }) => [...logits.data.slice(-(logits.shape[1] ?? 0))];
    return { acts: [...run.cache[acts]!.data], width: sae.config.d_sae, before: last(run.logits), after: last(clamped.logits) };
  }, { site: baseURL ?? '', ids: data.tokens.map(({ id }) => id), hook: HOOK, feature, amount });

  const firing = seen.acts.flatMap((activation, at) => (activation > 0 ? [{ token: Math.floor(at / seen.width), index: at % seen.width, activation }] : []));
  expect(data.features.length).toBeGreaterThan(data.tokens.length);
  const known = new Map(data.features.map(({ token, index, activation }) => [`${token} ${index}`, activation]));
  for (const { token, index, activation } of firing) {
    // Of a token on which more than 128 fire, as BOS may be, the strongest are told.
    const told = data.features.filter((other) => other.token === token).length;
    if (told < 128) expect(known.get(`${token} ${index}`)).toBeCloseTo(activation, 4);
  }
  const strongest = firing.filter(({ token }) => token === data.tokens.length - 1).reduce((a, b) => (b.activation > a.activation ? b : a));
  expect(feature).toBe(strongest.index);

  for (const [way, logits] of [['before', seen.before], ['after', seen.after]] as const) {
    const probs = probabilities(logits);
    for (const { id, prob } of data.steering[way].top) expect(prob).toBeCloseTo(probs[id]!, 4);
    expect(data.steering[way].top[0]!.prob).toBeCloseTo(Math.max(...probs), 4);
  }
  const [before, after] = [probabilities(seen.before), probabilities(seen.after)];
  const divergence = before.reduce((sum, p, id) => sum + p * Math.log(p / after[id]!), 0);
  expect(data.steering.divergence.after).toBeCloseTo(divergence, 3);
  expect(data.steering.divergence.random.draws).toBe(50);
});

test('a card stands on its weights: logit effects, neighbours and neurons as defined', async ({ page, baseURL }) => {
  const element = await mount(page, { text: TEXT, feature: '12' });
  const { card } = await exported(element);
  expect(card.index).toBe(12);
  // The definition, by runs of two tokens: what one unit of the feature adds behind the MLP, with the final norm's gain, at the unembedding.
  const wanted = await page.evaluate(async ({ site, hook }) => {
    const model = await glasshouse.loadModel(new URL('models/stories/', site));
    const sae = await model.attachSae(new URL('models/stories-sae-x4/', site));
    const acts = `${hook}.hook_sae_acts_post`;
    const bare = { hook: acts, how: 'zero' } as const;
    const pick = async (feature: number) => {
      const edits = [bare, { hook: acts, positions: [1], features: [feature], how: 'replace', value: 1 } as const];
      const { cache } = await model.runWithCache([0, 0], { hooks: [`${hook}.hook_sae_recons`, 'blocks.0.hook_mlp_out'], edits });
      return ['hook_sae_recons', 'hook_mlp_out'].map((name) => {
        const { data, shape: [, width = 0] } = Object.entries(cache).find(([key]) => key.endsWith(name))![1];
        return [...data.slice(width)].map((value, at) => value - data[at]!);
      }) as [number[], number[]];
    };
    const rows = await Promise.all([12, 3, 700].map(pick));
    sae.detach();
    const written = rows[0]![1];
    const width = written.length;
    const flat = await model.runWithCache([0, 0], {
      hooks: ['ln_final.hook_normalized', 'ln_final.hook_scale'],
      edits: [{ hook: 'blocks.0.hook_resid_post', how: 'replace', value: { data: [...Array<number>(width).fill(0), ...written], shape: [2, width] } }],
    });
    const [normalized, scale] = [flat.cache['ln_final.hook_normalized']!.data, flat.cache['ln_final.hook_scale']!.data[1]!];
    const handed = written.map((_, at) => (normalized[width + at]! - normalized[at]!) * scale);
    const out = await model.runWithCache([0, 0], { edits: [{ hook: 'ln_final.hook_normalized', how: 'replace', value: { data: [...Array<number>(width).fill(0), ...handed], shape: [2, width] } }] });
    const vocabulary = out.logits.shape[1]!;
    const effect = [...out.logits.data.slice(vocabulary)].map((logit, id) => logit - out.logits.data[id]!);
    const mean = effect.reduce((sum, value) => sum + value, 0) / vocabulary;
    return { effect: effect.map((value) => value - mean), rows: rows.map(([row]) => row) };
  }, { site: baseURL ?? '', hook: HOOK });

  const order = wanted.effect.map((_, id) => id).sort((a, b) => wanted.effect[b]! - wanted.effect[a]!);
  expect(card.logitPositive).toHaveLength(10);
  expect(card.logitPositive[0]!.id).toBe(order[0]);
  expect(card.logitNegative[0]!.id).toBe(order.at(-1));
  for (const { id, logit } of [...card.logitPositive, ...card.logitNegative]) expect(logit).toBeCloseTo(wanted.effect[id]!, 3);

  const unit = wanted.rows.map((row) => row.map((value) => value / Math.hypot(...row)));
  const cosine = (a: number[], b: number[]) => a.reduce((sum, value, at) => sum + value * b[at]!, 0);
  expect(card.neighbours[0]!.cosine).toBeGreaterThanOrEqual(Math.max(cosine(unit[0]!, unit[1]!), cosine(unit[0]!, unit[2]!)) - 1e-4);
  expect(card.neighbours.map(({ index }) => index)).not.toContain(12);
  for (const { index, weight } of card.neurons) expect(weight).toBeCloseTo(unit[0]![index]!, 4);
});

test('dictionaries train to the same losses on both backends, and go on without a device', async ({ page }, { project }) => {
  test.skip(project.name !== 'webgpu', 'needs both backends');
  const seen = await page.evaluate(async () => {
    const engine = (await import(new URL('v1/toy-engine.js', location.href).href)) as typeof import('../../www/src/engine/toy-engine.js');
    await engine.default();
    // Five directions in the plane, and rows that have no structure.
    const truth = Float32Array.from({ length: 10 }, (_, at) => (at % 2 ? Math.sin : Math.cos)((2 * Math.PI * Math.floor(at / 2)) / 5));
    const rows = Float32Array.from({ length: 20 * 300 }, (_, at) => Math.sin(at * at));
    const none = new Float32Array();
    const make = (architecture: string, sparsity: number, toy: boolean, backend: 'webgpu' | 'cpu') =>
      engine.Dictionary.create(
        { dIn: toy ? 2 : 20, dSae: toy ? 5 : 40, architecture, sparsity, learningRate: 2e-3, batch: 64, resampleEvery: 250, frozenDecoder: false, seed: 1 },
        toy ? none : rows, toy ? none : rows, toy ? truth : none, 0.1, backend,
      );
    const pairs = [];
    for (const architecture of ['standard', 'topk'] as const) {
      for (const toy of [true, false]) {
        // Where one of many features wins, a rounding may choose another: there the backends part.
        const sparsity = toy || architecture === 'standard' ? 1 : 4;
        const both = [];
        for (const backend of ['webgpu', 'cpu'] as const) {
          const dictionary = await make(architecture, sparsity, toy, backend);
          await dictionary.train(100, sparsity);
          both.push({ kind: dictionary.backend().kind, ...dictionary.report() });
          dictionary.free();
        }
        pairs.push(both);
      }
    }
    const lost = await make('standard', 1, true, 'webgpu');
    await lost.train(20, 1);
    const request = {
      nFeatures: 2, nHidden: 1, batch: 32, activation: 'relu', task: 'reconstruct', tied: true, correlation: 'none', samples: 0, learningRate: 1e-3, weightDecay: 0, warmup: 0,
      starts: 1, density: Float32Array.of(0.5), importance: Float32Array.of(1, 1), seeds: Uint32Array.of(1),
    } as const;
    const other = await engine.Superposition.create(request, 'webgpu'); // shares the device
    other.loseDevice();
    await lost.train(30, 1);
    const after = { ...lost.backend(), ...lost.report() };
    const cpu = await make('standard', 1, true, 'cpu');
    await cpu.train(30, 1);
    return { pairs, after, wanted: cpu.report() };
  });
  expect(seen.pairs).toHaveLength(4);
  for (const [gpu, cpu] of seen.pairs) {
    expect([gpu!.kind, cpu!.kind, gpu!.step, cpu!.step]).toEqual(['webgpu', 'cpu', 100, 100]);
    expect.soft(Math.abs(gpu!.loss / cpu!.loss - 1), `${gpu!.loss} and ${cpu!.loss}`).toBeLessThan(1e-4);
  }
  expect(seen.after.kind).toBe('cpu');
  expect(seen.after.selfCheck.reason).toContain('began anew on the CPU');
  expect([seen.after.step, seen.after.loss]).toEqual([30, seen.wanted.loss]);
});

test.describe('the same on every backend', () => {
  test.beforeEach(({}, { project }) => test.skip(project.name !== 'cpu'));

  test('the card from held-out text: passages at their peaks, histogram, density, attribution', async ({ page }) => {
    const element = await mount(page, { text: TEXT });
    const { card, metrics } = await exported(element);
    expect(card.top.length).toBeGreaterThan(0);
    expect(card.topIs).toMatch(/^precomputed over [\d,]+ tokens/);
    for (const { tokens, peak, activation, activations, source } of card.top) {
      expect(activations).toHaveLength(tokens.length);
      expect(Math.max(...activations)).toBe(activations[peak]);
      expect(Math.abs(activations[peak]! - activation)).toBeLessThanOrEqual(card.maximum / 250);
      expect(source!.corpus).not.toBe('');
    }
    expect(card.top.map(({ activation }) => activation)).toEqual(card.top.map(({ activation }) => activation).sort((a, b) => b - a));
    expect(card.density).toBeGreaterThan(0);
    expect(card.histogram.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
    await expect(element.getByText('Precomputed').first()).toBeVisible();

    // Every number beside its control.
    for (const control of ['pca', 'neurons', 'random', 'untrained'] as const) expect(metrics.control[control]!.explainedVariance).toBeLessThan(1);
    expect(metrics.explainedVariance).toBeGreaterThan(metrics.control.random!.explainedVariance);
    expect(metrics.lossRecoveredMean).toBeLessThanOrEqual(1);
  });

  test('a feature that is left as it is changes nothing; pushed, it does, at a cost', async ({ page }) => {
    const element = await mount(page, { text: TEXT, how: 'scale', amount: '1' });
    const still = await exported(element);
    expect(still.steering.divergence.after).toBeLessThan(1e-6);
    expect(still.steering.after.continuation).toEqual(still.steering.before.continuation);
    await change(element, { how: 'clamp', amount: 60 });
    const pushed = await exported(element);
    expect(pushed.steering).toMatchObject({ how: 'clamp', scale: 60 });
    expect(pushed.steering.divergence.after).toBeGreaterThan(0.05);
    expect(pushed.steering.before).toEqual(still.steering.before);
    const { damage } = pushed.steering;
    expect(damage.heldOutTokens).toBeGreaterThan(250);
    expect(damage.steps.map(({ scale }) => scale)).toEqual([...damage.steps].map(({ scale }) => scale).sort((a, b) => a - b));
    expect(Math.max(...damage.steps.map(({ loss }) => loss))).toBeGreaterThan(damage.unsteered.loss);
    const effects = damage.steps.map(({ effect }) => effect);
    expect(effects.at(-1)).toBeGreaterThan(damage.unsteered.effect);
    expect(effects.at(-1)).toBeGreaterThan(damage.steps.at(-1)!.randomControl.effect);
  });

  test('the seed draws samples and random directions, and draws them again', async ({ page }) => {
    const element = await mount(page, { text: TEXT, seed: '7' });
    const first = await exported(element);
    await change(element, { seed: 8 });
    const second = await exported(element);
    expect(second.steering.before.continuation).not.toEqual(first.steering.before.continuation);
    expect(second.steering.randomControl.top).not.toEqual(first.steering.randomControl.top);
    await change(element, { seed: 7 });
    expect((await exported(element)).steering).toEqual(first.steering);
    await change(element, { temperature: 0 });
    const { before } = (await exported(element)).steering;
    expect(before.continuation[0]!.id).toBe(before.top[0]!.id);
  });

  test('by mouse and by keys: a token, a feature under it, a chip, a number', async ({ page }) => {
    const element = await mount(page, { text: TEXT });
    const data = await exported(element);
    const firing = (at: number) => data.features.filter(({ token }) => token === at).sort((a, b) => b.activation - a.activation);
    const at = data.tokens.findIndex((_, token) => token > 0 && firing(token).length > 1 && firing(token + 1).length > 1);
    const under = firing(at)[1]!;
    await element.locator(`.cell[data-index="${at}"] .under`).nth(1).click();
    await expect(element).toHaveAttribute('feature', String(under.index));
    await expect(element).toHaveAttribute('position', String(at));
    await expect(element.getByRole('heading', { name: `Feature ${under.index}`, exact: true })).toBeVisible();
    await element.locator(`.cell[data-index="${at}"]`).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await expect(element).toHaveAttribute('position', String(at + 1));
    await expect(element).not.toHaveAttribute('feature');
    await element.getByRole('group', { name: 'Features at the token' }).getByRole('button').nth(1).click();
    await expect(element).toHaveAttribute('feature', /\d+/);
    await element.getByRole('spinbutton').fill('5');
    await element.getByRole('button', { name: 'Show' }).click();
    await expect(element).toHaveAttribute('feature', '5');
    await element.getByRole('radio', { name: 'times' }).click();
    await expect(element).toHaveAttribute('how', 'scale');
    expect((await exported(element)).settings).toMatchObject({ feature: 5, how: 'scale', amount: 0 });
  });

  test('features are found by a token: here, in held-out text, by what they promote', async ({ page }) => {
    const element = await mount(page, { text: TEXT });
    await element.getByRole('textbox', { name: 'Token' }).fill(' the');
    await element.getByRole('button', { name: 'Search' }).click();
    const rows = element.locator('.finds dd');
    await expect(rows).toHaveCount(3);
    for (const row of [0, 1, 2]) await expect(rows.nth(row).getByRole('button').first()).toBeVisible();
    await expect(element).toHaveAttribute('search', ' the');
    const promoting = Number((await rows.nth(0).getByRole('button').first().textContent())!.trim().split(' ')[0]);
    await rows.nth(0).getByRole('button').first().click();
    await expect(element).toHaveAttribute('feature', String(promoting));
    expect((await exported(element)).card.logitPositive.some(({ text, logit }) => text === ' the' && logit > 0)).toBe(true);
  });

  test('is it real? three cards without names, then with them', async ({ page }) => {
    const element = await mount(page, { text: TEXT });
    await element.getByRole('button', { name: /^Fetch the other two/ }).click();
    const cards = element.locator('.rival');
    await expect(cards).toHaveCount(3);
    await expect(element.getByText('Which one is the trained one?')).toBeVisible();
    await expect(cards.getByText('untrained')).toHaveCount(0);
    await element.getByRole('button', { name: 'Card A is the trained one' }).click();
    await expect(element.getByText(/^You said Card A. It is Card [ABC]\.$/)).toBeVisible();
    await expect(cards.getByRole('heading', { name: /Untrained network/ })).toHaveCount(1);
    await expect(cards.getByRole('heading', { name: /Random dictionary/ })).toHaveCount(1);
    await expect(element).toHaveAttribute('compare', 'on');
  });

  test('a link restores the exact state', async ({ page }) => {
    const element = await mount(page, { text: 'The fox & the "dog" #1', position: '2', feature: '9', how: 'scale', amount: '-1.5', temperature: '0.3', seed: '11' });
    const before = await exported(element);
    const link = await element.evaluate((node) => (node as GlassFeatures).shareLink());
    expect(link).toContain('#v=1&');
    await element.evaluate((node) => node.remove());
    await page.evaluate((hash) => (location.hash = hash), new URL(link).hash);
    const restored = await mount(page);
    const after = await exported(restored);
    expect(after.settings).toEqual(before.settings);
    expect(after.steering).toEqual(before.steering);
  });

  for (const [what, attributes, sentence] of [
    ['a feature beyond the dictionary', { feature: '100000' }, /features 0 to 1023/],
    ['an unknown way to push', { how: 'clmap' }, /did you mean "clamp"\?/],
    ['an unknown dictionary', { dictionary: 'x5' }, /did you mean "x4"\?/],
    ['a temperature that is none', { temperature: '9' }, /between 0 and 5/],
    ['a folder that is not there', { sae: 'models/nowhere/' }, /has no cfg\.json|could not be read/],
    ['a model that does not fit', { model: 'models/induction-2l/' }, /blocks\.0\.mlp\.hook_post/],
  ] as const) {
    test(`bad input in one sentence: ${what}`, async ({ page }) => {
      const element = await mount(page, { text: TEXT, ...attributes });
      await expect(element).toHaveAttribute('status', 'error');
      const alert = element.getByRole('alert');
      await expect(alert).toContainText(sentence);
      await expect(element.getByRole('textbox', { name: 'Your text' })).toHaveValue(TEXT);
    });
  }

  test('texts of any length and script are read as text', async ({ page }) => {
    const element = await mount(page, { text: '<img src=x onerror=alert(1)> \u202e שלום 🦊' });
    await expect(element).toHaveAttribute('status', 'ready');
    expect(await element.evaluate((node) => node.shadowRoot!.querySelectorAll('img').length)).toBe(0);
    await change(element, { text: '', position: null, feature: null });
    expect((await exported(element)).tokens).toHaveLength(1);
    await change(element, { text: 'the cat sat. '.repeat(20_000) });
    const long = await exported(element);
    expect(long).toMatchObject({ cut: true });
    expect(long.tokens).toHaveLength(256);
    await expect(element.getByText('The text is longer than the model can read.')).toBeVisible();
  });

  test('downloads: tables, pictures, a program', async ({ page }) => {
    const element = await mount(page, { text: TEXT });
    const taken = await element.evaluate(async (node) => {
      const features = node as GlassFeatures;
      const [svg, png] = [await features.exportImage('svg'), await features.exportImage('png')];
      return { tables: (await features.exportTables()).map(({ name, rows }) => [name, rows.length] as const), svg: await svg.text(), png: png.size, python: await features.exportPython() };
    });
    expect(taken.tables.length).toBeGreaterThanOrEqual(4);
    for (const [, rows] of taken.tables) expect(rows).toBeGreaterThan(1);
    expect(taken.svg).toMatch(/^<svg .*<\/svg>$/s);
    expect(taken.svg).not.toMatch(/NaN|undefined|<script/);
    expect(taken.png).toBeGreaterThan(10_000);
    expect(taken.python).toContain('HookedTransformer');
  });

  test('a dictionary learns live: the true features of a toy, and its random rows do not', async ({ page }) => {
    const element = await mount(page, { text: TEXT });
    await element.getByRole('button', { name: 'Open the workbench' }).click();
    await element.getByRole('radio', { name: 'a toy with known features' }).click();
    await element.getByRole('radio', { name: 'ReLU, L1' }).click();
    await element.getByRole('button', { name: 'Train', exact: true }).click();
    const last = async () => (await exported(element)).live?.history.at(-1);
    await expect.poll(async () => (await last())?.step ?? 0, { timeout: 90_000 }).toBeGreaterThanOrEqual(1500);
    const { meanMaxCosine, explainedVariance, control } = (await last())!;
    expect(meanMaxCosine).toBeGreaterThan(0.97);
    expect(meanMaxCosine).toBeGreaterThan(control.meanMaxCosine!);
    expect(explainedVariance).toBeGreaterThan(control.explainedVariance);
  });

  test('a dictionary learns live on activations, faster than with random rows', async ({ page }) => {
    const element = await mount(page, { text: TEXT });
    await element.getByRole('button', { name: 'Open the workbench' }).click();
    await element.getByRole('button', { name: 'Train', exact: true }).click();
    const last = async () => (await exported(element)).live?.history.at(-1);
    await expect.poll(async () => (await last())?.step ?? 0, { timeout: 90_000 }).toBeGreaterThanOrEqual(60);
    await element.getByRole('button', { name: 'Pause' }).click();
    const { explainedVariance, control } = (await last())!;
    expect(explainedVariance).toBeGreaterThan(control.explainedVariance);
    await expect(element.getByRole('button', { name: 'Go on' })).toBeVisible();
  });
});
