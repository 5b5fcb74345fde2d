// What people type, paste and misspell: each works or is refused with its code, and the model goes on.
import type { RunOptions } from '../../www/src/api/glasshouse.d.ts';
import { expect, test } from './glasshouse_page.ts';
import { BOS, CONFIG, tinyModel, utf8 } from './tiny_model.ts';

test('any text works, or is too long', async ({ page, models }) => {
  const texts: Record<string, string> = {
    nothing: '',
    emoji: '👩‍👩‍👧‍👦🏳️‍🌈',
    'right to left': 'שלום עליכם',
    combining: 'Z\u0351\u036B\u0343',
    'lone surrogates': 'a\uD83D b\uDE00',
    controls: '\u0000\u0001\u001B[31m\u007F\u2028',
    markup: '<img src=x onerror=alert(1)>',
    'its own BOS': '<|endoftext|>',
  };
  const outcome = await page.evaluate(
    async ({ folder, texts }) => {
      const model = await glasshouse.loadModel(folder);
      const lengths: Record<string, number> = {};
      for (const [name, text] of Object.entries(texts)) lengths[name] = (await model.runWithCache(text)).logits.shape[0]!;
      const long = [await refusal(() => model.runWithCache('x'.repeat(100_000))), await refusal(() => model.runWithCache('y '.repeat(2_000_000)))];
      const words = (await model.tokenize('the '.repeat(25_000))).length;
      return { lengths, long, words, still: (await model.runWithCache('the')).logits.shape };
    },
    { folder: models.folder(tinyModel()), texts },
  );
  expect(Object.keys(outcome.lengths)).toEqual(Object.keys(texts));
  expect(outcome.lengths['nothing']).toBe(1);
  expect(outcome.long.map(({ code }) => code)).toEqual(['too-long', 'too-long']);
  expect(outcome.long[0]?.message).toContain(`at most ${CONFIG.n_ctx}`);
  expect(outcome.words).toBeGreaterThan(25_000);
  expect(outcome.still).toEqual([3, CONFIG.d_vocab]);
});

test('a request that makes no sense is refused with its code, and names what is meant', async ({ page, models }) => {
  const requests: [unknown, RunOptions, string, string][] = [
    [[], {}, 'bad-input', ''],
    [[0, BOS + 1], {}, 'bad-input', String(BOS + 1)],
    [[0.5], {}, 'bad-input', '0.5'],
    [null, {}, 'bad-input', ''],
    [Array.from({ length: CONFIG.n_ctx + 1 }, () => 1), {}, 'too-long', String(CONFIG.n_ctx)],
    [[1], { hooks: ['blocks.0.attn.hook_patern'] }, 'unknown-hook', 'blocks.0.attn.hook_pattern'],
    [[1], { hooks: ['blocks.2.attn.hook_pattern'] }, 'unknown-hook', 'hook_pattern'],
    [[1], { hooks: ['nothing.*.here'] }, 'unknown-hook', ''],
    [[1], { hook: ['hook_embed'] } as RunOptions, 'bad-input', '"hooks"'],
    [[1], { edits: [{ hook: 'hook_embedd', how: 'zero' }] }, 'unknown-hook', 'hook_embed'],
    [[1], { edits: [{ hook: 'hook_embed', how: 'zeros' as 'zero' }] }, 'bad-input', '"zero"'],
    [[1], { edits: [{ hook: 'blocks.0.attn.hook_z', heads: [4], how: 'zero' }] }, 'bad-edit', '4'],
    [[1], { edits: [{ hook: 'blocks.0.attn.hook_z', positions: [-2], how: 'zero' }] }, 'bad-edit', '-2'],
    [[1], { edits: [{ hook: 'hook_embed', heads: [0], how: 'zero' }] }, 'bad-edit', 'head'],
    [[1], { edits: [{ hook: 'hook_embed', how: 'add' }] }, 'bad-edit', 'value'],
    [[1], { edits: [{ hook: 'hook_embed', how: 'scale' }] }, 'bad-edit', 'scale'],
    [[1], { edits: [{ hook: 'hook_embed', how: 'replace', value: { data: [1, 2], shape: [1, 2] } }] }, 'bad-edit', 'shape'],
    [[1], { edits: [{ hook: 'hook_embed', how: 'mean' }] }, 'bad-edit', 'hook_embed'],
  ];
  const answers = await page.evaluate(
    async ({ folder, requests }) => {
      const model = await glasshouse.loadModel(folder);
      const answers = [];
      for (const [input, options] of requests) answers.push(await refusal(() => model.runWithCache(input as number[], options)));
      return { answers, still: (await model.runWithCache([1])).logits.shape };
    },
    { folder: models.folder(tinyModel()), requests },
  );
  requests.forEach(([, , code, part], index) => {
    expect(answers.answers[index], JSON.stringify(requests[index])).toMatchObject({ code });
    expect(answers.answers[index]?.message).toContain(part);
    expect(answers.answers[index]?.message).toMatch(/[.?]$/);
  });
  expect(answers.still).toEqual([1, CONFIG.d_vocab]);
});

test('loadModel refuses what is no model folder', async ({ page, models }) => {
  const folder = models.folder(tinyModel());
  const answers = await page.evaluate(async (folder) => {
    const load = (source: unknown, options?: object) => refusal(() => glasshouse.loadModel(source as string, options));
    return [
      await load(folder.slice(0, -1)),
      await load('ftp://elsewhere/model/'),
      await load(undefined),
      await load({ files: 'config.json' }),
      await load(folder, { backend: 'gpu' }),
      await load(folder, { onprogress: () => {} }),
      await load({ files: new Map() }),
      await load({ files: new Map([['config.json', new Blob(['{}'])]]) }),
    ];
  }, folder);
  expect(answers.map(({ code }) => code)).toEqual(['bad-input', 'bad-input', 'bad-input', 'bad-input', 'bad-input', 'bad-input', 'not-found', 'not-found']);
  expect(answers[0]?.message).toContain('"/"');
  expect(answers[4]?.message).toMatch(/"(cpu|webgpu)"/);
  expect(answers[5]?.message).toContain('"onProgress"');
  expect(answers[6]?.message).toContain('config.json');
  expect(answers[7]?.message).toContain('model.safetensors');
});

test('text needs a tokenizer, BOS needs an id', async ({ page, models }) => {
  const files = tinyModel();
  files.delete('tokenizer.json');
  const noBos = tinyModel().set('config.json', utf8(JSON.stringify({ ...CONFIG, bos_token_id: undefined })));
  const answers = await page.evaluate(
    async ({ noTokenizer, noBos }) => {
      const dumb = await glasshouse.loadModel(noTokenizer);
      const bare = await glasshouse.loadModel(noBos);
      return {
        text: [await refusal(() => dumb.tokenize('x')), await refusal(() => dumb.runWithCache('x')), await refusal(() => bare.tokenize('x', { prependBos: true }))],
        ids: (await dumb.runWithCache([1])).tokens,
        report: (await dumb.induction([1, 2])).top.baseline[0]?.text,
        usual: (await bare.tokenize('x')).length,
      };
    },
    { noTokenizer: models.folder(files), noBos: models.folder(noBos) },
  );
  expect(answers.text.map(({ code }) => code)).toEqual(['no-tokenizer', 'no-tokenizer', 'bad-input']);
  expect(answers.ids).toEqual([{ id: 1, text: null, start: null, end: null }]);
  expect(answers.report).toBeNull();
  expect(answers.usual).toBe(1);
});
