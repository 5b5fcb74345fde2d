// The JavaScript API as it is promised: names, shapes, offsets, edits.
import { readFileSync } from 'node:fs';
import type { Edit, Progress } from '../../www/src/api/glasshouse.d.ts';
import { expect, test } from './glasshouse_page.ts';
import { BOS, CONFIG, tinyModel } from './tiny_model.ts';

test('the script says which release it is', async ({ page }) => {
  const { version } = JSON.parse(readFileSync(new URL('../../www/package.json', import.meta.url), 'utf8')) as { version: string };
  expect(await page.evaluate(() => glasshouse.version)).toBe(version);
});

test('a model says what it is, where it runs and that it was checked', async ({ page, models }, { project }) => {
  const seen = await page.evaluate(async (folder) => {
    const progress: Progress[] = [];
    const model = await glasshouse.loadModel(folder, { onProgress: (step) => progress.push(step) });
    const { config, backend, hooks, parameters, hasMeans } = model;
    return { config, backend, hooks, parameters, hasMeans, progress };
  }, models.folder(tinyModel()));
  expect(seen.config).toMatchObject(CONFIG);
  expect(seen.backend.kind).toBe(project.name);
  expect(seen.backend.adapter).toMatch(/\w/);
  expect(seen.backend.selfCheck.ok).toBe(true);
  expect(seen.backend.selfCheck.maxAbsDiff).toBeLessThanOrEqual(seen.backend.selfCheck.tolerance);
  if (project.name === 'cpu') expect(seen.backend.selfCheck.reason).toMatch(/WebGPU/);
  expect(seen.hooks).toContain('blocks.1.hook_resid_mid');
  expect(seen.hasMeans).toBe(true);
  expect(seen.parameters).toBeGreaterThan(CONFIG.d_vocab * CONFIG.d_model);
  const bytes = ['model.safetensors', 'means.safetensors'].reduce((sum, name) => sum + (tinyModel().get(name)?.length ?? 0), 0);
  expect(seen.progress.at(-1)).toEqual({ loadedBytes: bytes, totalBytes: bytes });
  expect(seen.progress.every(({ loadedBytes }, index) => index === 0 || loadedBytes >= (seen.progress[index - 1]?.loadedBytes ?? 0))).toBe(true);
});

test('a model can be loaded from files', async ({ page }) => {
  const files = [...tinyModel()].map(([name, bytes]): [string, number[]] => [name, [...bytes]]);
  const shapes = await page.evaluate(async (files) => {
    const named = files.map(([name, bytes]): [string, Blob] => [name, new Blob([new Uint8Array(bytes)])]);
    const fromMap = await glasshouse.loadModel({ files: new Map(named) });
    // A FileList can only be had from an input; DataTransfer makes one.
    const transfer = new DataTransfer();
    for (const [name, blob] of named) transfer.items.add(new File([blob], name));
    const fromList = await glasshouse.loadModel({ files: transfer.files });
    const runs = await Promise.all([fromMap, fromList].map((model) => model.runWithCache('the')));
    return runs.map(({ logits, tokens }) => ({ shape: logits.shape, tokens: tokens.length, first: logits.data[0] }));
  }, files);
  expect(shapes[0]).toMatchObject({ shape: [3, CONFIG.d_vocab], tokens: 3 });
  expect(shapes[1]).toEqual(shapes[0]);
});

test('tokens point into the text, in UTF-16 units', async ({ page, models }) => {
  const texts = ['the tin', 'naïve', '👩‍👩‍👧 x', 'שלום', 'e\u0301', 'a\uD800b', '\uDC00', 'a\u0000\u0007\u202Eb', '<img src=x onerror=alert(1)>', 'tab\tline\r\n', ''];
  const answers = await page.evaluate(
    async ({ folder, texts }) => {
      const model = await glasshouse.loadModel(folder, { backend: 'cpu' });
      return Promise.all(texts.map(async (text) => ({ text, tokens: await model.tokenize(text), bare: await model.tokenize(text, { prependBos: false }) })));
    },
    { folder: models.folder(tinyModel()), texts },
  );
  for (const [index, { tokens, bare }] of answers.entries()) {
    const text = texts[index] ?? '';
    expect(tokens[0]).toEqual({ id: BOS, text: '<|endoftext|>', start: 0, end: 0 });
    expect(tokens.slice(1)).toEqual(bare);
    // In order, without gaps, from the first unit to the last; the bytes of one character share its place.
    let reached = 0;
    for (const token of bare) {
      expect(token.start, JSON.stringify(text)).toBeLessThanOrEqual(reached);
      expect(token.end).toBeGreaterThanOrEqual(token.start);
      reached = Math.max(reached, token.end);
    }
    expect(reached, JSON.stringify(text)).toBe(text.length);
    // A token that is text by itself is the text that it points at.
    for (const token of bare) if (!token.text.includes('\uFFFD')) expect(token.text).toBe(text.slice(token.start, token.end));
  }
  expect(answers[0]?.bare.map(({ text }) => text)).toEqual(['t', 'he', ' t', 'in']);
  const smile = answers[2]?.bare.slice(0, 4);
  expect(smile?.map(({ start, end }) => [start, end])).toEqual([[0, 2], [0, 2], [0, 2], [0, 2]]);
});

test('a run returns what was asked for, in TransformerLens\'s shapes', async ({ page, models }) => {
  const seen = await page.evaluate(async (folder) => {
    const model = await glasshouse.loadModel(folder);
    const run = await model.runWithCache('the tin', { hooks: ['blocks.*.attn.hook_pattern', 'hook_embed', 'blocks.1.attn.hook_z', 'ln_final.hook_scale'] });
    const pattern = run.cache['blocks.1.attn.hook_pattern']!;
    return {
      tokens: run.tokens,
      logits: { shape: run.logits.shape, length: run.logits.data.length, kind: run.logits.data.constructor.name },
      shapes: Object.fromEntries(Object.entries(run.cache).map(([name, { shape, data }]) => [name, [shape, data.length]])),
      rows: Array.from({ length: 20 }, (_, row) => pattern.data.slice(row * 5, row * 5 + 5).reduce((sum, value) => sum + value, 0)),
      future: pattern.data[1],
      ids: (await model.runWithCache(run.tokens.map(({ id }) => id))).tokens[1],
      same: (await model.runWithCache(run.tokens.map(({ id }) => id))).logits.data.every((value, index) => Math.abs(value - run.logits.data[index]!) < 1e-4),
      bare: (await model.runWithCache('the tin', { prependBos: false })).logits.shape,
    };
  }, models.folder(tinyModel()));
  const { d_vocab, n_heads, d_head, d_model } = CONFIG;
  expect(seen.tokens.map(({ text }) => text)).toEqual(['<|endoftext|>', 't', 'he', ' t', 'in']);
  expect(seen.logits).toEqual({ shape: [5, d_vocab], length: 5 * d_vocab, kind: 'Float32Array' });
  expect(seen.shapes).toEqual({
    'blocks.0.attn.hook_pattern': [[n_heads, 5, 5], n_heads * 25],
    'blocks.1.attn.hook_pattern': [[n_heads, 5, 5], n_heads * 25],
    hook_embed: [[5, d_model], 5 * d_model],
    'blocks.1.attn.hook_z': [[5, n_heads, d_head], 5 * n_heads * d_head],
    'ln_final.hook_scale': [[5, 1], 5],
  });
  for (const sum of seen.rows) expect(sum).toBeCloseTo(1, 5);
  expect(seen.future).toBe(0);
  expect(seen.ids).toEqual({ id: 't'.charCodeAt(0), text: null, start: null, end: null });
  expect(seen.same).toBe(true);
  expect(seen.bare).toEqual([4, d_vocab]);
});

test('every kind of edit does what it says, and a capture shows it', async ({ page, models }) => {
  const seen = await page.evaluate(async (folder) => {
    const model = await glasshouse.loadModel(folder);
    const hook = 'blocks.0.attn.hook_z';
    const text = 'the tin';
    const run = async (...edits: Edit[]) => (await model.runWithCache(text, { hooks: [hook], edits })).cache[hook]!.data;
    const value = new Float32Array([1, 2, 3, 4]);
    const answers = {
      plain: await run(),
      zero: await run({ hook, heads: [3], positions: [1, -1], how: 'zero' }),
      scale: await run({ hook, features: [0], how: 'scale', scale: -2 }),
      add: await run({ hook, heads: [1], how: 'add', value, scale: 0.5 }),
      replace: await run({ hook, heads: [0, 2], positions: [2], how: 'replace', value: { data: Float32Array.from({ length: 8 }, (_, i) => i), shape: [1, 2, 4] } }),
      number: await run({ hook, positions: [0], how: 'replace', value: 7 }),
      mean: await run({ hook, heads: [1], how: 'mean' }),
      twice: await run({ hook, how: 'replace', value: 1 }, { hook, how: 'add', value: 2 }),
    };
    const listed: Record<string, number[]> = { kept: [...value] };
    for (const [name, data] of Object.entries(answers)) listed[name] = [...data];
    return listed;
  }, models.folder(tinyModel()));
  const plain = seen['plain'] ?? [];
  const changed = (edit: (value: number, pos: number, head: number, feature: number) => number) =>
    plain.map((value, index) => edit(value, Math.floor(index / 16), Math.floor(index / 4) % 4, index % 4));
  const close = (name: string, wanted: number[]) => wanted.forEach((value, index) => expect(seen[name]?.[index], `${name} ${index}`).toBeCloseTo(value, 4));
  expect(plain).toHaveLength(5 * 16);
  close('zero', changed((value, pos, head) => (head === 3 && (pos === 1 || pos === 4) ? 0 : value)));
  close('scale', changed((value, _pos, _head, feature) => (feature === 0 ? -2 * value : value)));
  close('add', changed((value, _pos, head, feature) => (head === 1 ? value + 0.5 * (feature + 1) : value)));
  close('replace', changed((value, pos, head, feature) => (pos === 2 && head % 2 === 0 ? (head / 2) * 4 + feature : value)));
  close('number', changed((value, pos) => (pos === 0 ? 7 : value)));
  close('mean', changed((value, _pos, head) => (head === 1 ? 0.25 : value)));
  close('twice', changed(() => 3));
  expect(seen['kept']).toEqual([1, 2, 3, 4]);
});

test('the induction report has its controls beside its scores', async ({ page, models }) => {
  const { report, tokens } = await page.evaluate(async (folder) => {
    const model = await glasshouse.loadModel(folder);
    const report = await model.induction('the tin the tin', { topK: 3, position: 2, seed: 5, ablations: [{ layer: 0, head: 1, how: 'zero' }], twin: model });
    const { tokens } = await model.runWithCache('the tin the tin');
    return { report: { ...report, patterns: report.patterns.map(({ layer, shape, data }) => ({ layer, shape, length: data.length })) }, tokens };
  }, models.folder(tinyModel()));
  expect(report.tokens).toEqual(tokens);
  const pos = tokens.length;
  for (const row of [report.nextTokenProb, report.ablatedNextTokenProb, report.twinNextTokenProb, report.untrainedNextTokenProb]) {
    expect(row).toHaveLength(pos);
    expect(row?.at(-1)).toBeNull();
    for (const prob of row?.slice(0, -1) ?? []) expect(prob).toBeGreaterThan(0);
  }
  expect(report.heads).toHaveLength(CONFIG.n_layers * CONFIG.n_heads);
  for (const { control, ablated, ...head } of report.heads) {
    for (const scores of [head, control.untrained, control.random95, ablated!]) {
      for (const score of ['previousToken', 'duplicateToken', 'induction'] as const) expect(scores[score]).toBeGreaterThanOrEqual(0);
    }
  }
  expect(report.top.position).toBe(2);
  expect(report.top.baseline).toHaveLength(3);
  expect(report.top.baseline[0]?.text).toEqual(expect.any(String));
  expect(report.patterns).toEqual([0, 1].map((layer) => ({ layer, shape: [CONFIG.n_heads, pos, pos], length: CONFIG.n_heads * pos * pos })));
  // The model as its own twin gives the same probabilities.
  report.nextTokenProb.forEach((prob, index) => prob !== null && expect(report.twinNextTokenProb?.[index]).toBeCloseTo(prob, 5));
});
