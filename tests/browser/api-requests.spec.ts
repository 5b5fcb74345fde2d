// Requests that wait, are given up, take each other's place, or outlive the engine; models that are shared.
import type { Worker } from '@playwright/test';
import { expect, test } from './glasshouse_page.ts';
import { send } from './model_server.ts';
import type { Answer } from './model_server.ts';
import { CONFIG, tinyModel } from './tiny_model.ts';
import { tinySae } from './tiny_sae.ts';

/** An answer that waits until it is let go. */
function held(name: string): { answer: Answer; letGo: () => void } {
  let letGo = () => {};
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  const bytes = tinyModel().get(name)!;
  return { letGo, answer: async (_, response) => (await gate, send(response, bytes)) };
}

/** Traps in the worker as a panicking engine does: in WebAssembly, outside any call that could catch it. */
async function trapIn(worker: Worker | undefined): Promise<void> {
  await worker?.evaluate(() => {
    // (module (func (export "f") unreachable))
    const module = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 5, 1, 3, 0, 0, 11]);
    const { f } = new WebAssembly.Instance(new WebAssembly.Module(module)).exports as { f: () => void };
    setTimeout(f, 0);
  });
}

test('two handles on one folder share the worker, the download and the memory', async ({ page, models }) => {
  const folder = models.folder(tinyModel());
  const seen = await page.evaluate(async (folder) => {
    const [first, second] = await Promise.all([glasshouse.loadModel(folder), glasshouse.loadModel(folder)]);
    const third = await glasshouse.loadModel(folder);
    const shared = await first.memory();
    first.dispose();
    second.dispose();
    const run = await third.runWithCache('the');
    third.dispose();
    const fresh = await glasshouse.loadModel(folder);
    return { shared, after: await fresh.memory(), shape: run.logits.shape };
  }, folder);
  expect(seen.shared).toMatchObject({ models: 1, workers: 1 });
  expect(seen.after).toMatchObject({ models: 1, workers: 1 });
  expect(seen.shape).toEqual([3, CONFIG.d_vocab]);
  expect(page.workers()).toHaveLength(1);
  // Once for the three handles, once more after the last of them was gone.
  expect(models.asks(`${folder}model.safetensors`)).toBe(2);
  expect(models.asks(`${folder}tokenizer.json`)).toBe(1);
});

test('of an owner\'s requests the newest takes the place of the one that waits', async ({ page, models }) => {
  const outcome = await page.evaluate(async (folder) => {
    const model = await glasshouse.loadModel(folder);
    const owner = {};
    const settle = (input: string, options: object) => model.runWithCache(input, options).then(({ tokens }) => tokens.length, (error: { code: string }) => error.code);
    const typed = ['t', 'th', 'the', 'the ', 'the t'].map((text) => settle(text, { owner }));
    const others = ['a', 'ab'].map((text) => settle(text, {}));
    return { typed: await Promise.all(typed), others: await Promise.all(others), later: await settle('tin', { owner }) };
  }, models.folder(tinyModel()));
  expect(outcome.typed).toEqual([2, 'aborted', 'aborted', 'aborted', 4]);
  expect(outcome.others).toEqual([2, 3]);
  expect(outcome.later).toBe(3);
});

test('an abort ends a load, a waiting request and a running one', async ({ page, models }) => {
  const { answer, letGo } = held('model.safetensors');
  const folder = models.folder(tinyModel(), { 'model.safetensors': answer });
  const codes = await page.evaluate(async (folder) => {
    const loading = new AbortController();
    const load = refusal(() => glasshouse.loadModel(folder, { signal: loading.signal, onProgress: () => loading.abort() }));
    // A second handle of the same folder is not touched by the first one's abort.
    const staying = glasshouse.loadModel(folder);
    setTimeout(() => loading.abort(), 50);
    return { load: (await load).code, staying: await Promise.race([staying.then(() => 'loaded'), new Promise((resolve) => setTimeout(resolve, 200, 'waiting'))]) };
  }, folder);
  expect(codes).toEqual({ load: 'aborted', staying: 'waiting' });
  letGo();
  const more = await page.evaluate(async (folder) => {
    const model = await glasshouse.loadModel(folder);
    const [running, waiting] = [new AbortController(), new AbortController()];
    const first = refusal(() => model.runWithCache('the tin', { signal: running.signal }));
    const second = refusal(() => model.runWithCache('the tin', { signal: waiting.signal }));
    waiting.abort();
    running.abort();
    const before = refusal(() => model.runWithCache('x', { signal: AbortSignal.abort() }));
    const load = refusal(() => glasshouse.loadModel(folder, { signal: AbortSignal.abort() }));
    const codes = (await Promise.all([first, second, before, load])).map(({ code }) => code);
    return { codes, works: (await model.runWithCache('the')).tokens.length };
  }, folder);
  expect(more).toEqual({ codes: ['aborted', 'aborted', 'aborted', 'aborted'], works: 3 });
});

test('aborting the only load stops its download and leaves nothing behind', async ({ page, models }) => {
  let stopped: () => void = () => {};
  const gone = new Promise<void>((resolve) => (stopped = resolve));
  const folder = models.folder(tinyModel(), {
    'model.safetensors': (request, response) => {
      request.on('close', stopped);
      response.writeHead(200, { 'Content-Length': 1_000_000 }).write(new Uint8Array(1000));
    },
  });
  const code = await page.evaluate(async (folder) => {
    const controller = new AbortController();
    const onProgress = ({ loadedBytes }: { loadedBytes: number }) => loadedBytes > 0 && controller.abort();
    return (await refusal(() => glasshouse.loadModel(folder, { signal: controller.signal, onProgress }))).code;
  }, folder);
  expect(code).toBe('aborted');
  await gone;
  const memory = await page.evaluate(async (folder) => (await glasshouse.loadModel(folder)).memory(), models.folder(tinyModel()));
  expect(memory).toMatchObject({ models: 1, workers: 1 });
});

test('a disposed model answers nothing more', async ({ page, models }) => {
  const { answer, letGo } = held('tokenizer.json');
  const folder = models.folder(tinyModel(), { 'tokenizer.json': answer });
  const codes = await page.evaluate(async (folder) => {
    const model = await glasshouse.loadModel(folder);
    const pending = refusal(() => model.runWithCache('the'));
    model.dispose();
    model.dispose();
    const refused = [pending, refusal(() => model.tokenize('x')), refusal(() => model.memory()), refusal(() => model.runWithCache([1]))];
    return (await Promise.all(refused)).map(({ code }) => code);
  }, folder);
  letGo();
  expect(codes).toEqual(['disposed', 'disposed', 'disposed', 'disposed']);
});

test('a crash of the engine is one error, and the next request starts it afresh', async ({ page, models }) => {
  const { answer, letGo } = held('tokenizer.json');
  const folder = models.folder(tinyModel(), { 'tokenizer.json': answer });
  await page.evaluate(async ([folder, sae]) => {
    const model = await glasshouse.loadModel(folder);
    await model.attachSae(sae);
    const ids = (await model.runWithCache([1, 2])).logits.shape;
    Object.assign(globalThis, { model, ids, pending: refusal(() => model.runWithCache('the tin')) });
  }, [folder, models.folder(tinySae())] as const);
  await trapIn(page.workers()[0]);
  const after = await page.evaluate(async () => {
    const { model, pending } = globalThis as unknown as { model: Awaited<ReturnType<typeof glasshouse.loadModel>>; pending: ReturnType<typeof refusal> };
    const refused = await pending;
    const run = await model.runWithCache([1, 2], { hooks: ['blocks.0.mlp.hook_post.hook_sae_acts_post'] });
    return { refused, shape: run.logits.shape, features: Object.values(run.cache)[0]?.shape, memory: await model.memory() };
  });
  letGo();
  expect(after.refused.code).toBe('engine-crashed');
  expect(after.shape).toEqual([2, CONFIG.d_vocab]);
  expect(after.features).toEqual([2, 2 * CONFIG.d_mlp]); // what was attached still is
  expect(after.memory).toMatchObject({ models: 1, workers: 1 });
  await expect.poll(() => page.workers().length).toBe(1);
});

test('a tokenizer that could not be fetched is fetched again', async ({ page, models }) => {
  let broken = true;
  const folder = models.folder(tinyModel(), {
    'tokenizer.json': (_, response) => {
      if (broken) response.writeHead(503).end();
      else send(response, tinyModel().get('tokenizer.json')!);
    },
  });
  const first = await page.evaluate(async (folder) => {
    const model = await glasshouse.loadModel(folder);
    Object.assign(globalThis, { model });
    return (await refusal(() => model.tokenize('the'))).code;
  }, folder);
  broken = false;
  const second = await page.evaluate(async () => (await (globalThis as unknown as { model: Awaited<ReturnType<typeof glasshouse.loadModel>> }).model.tokenize('the')).length);
  expect([first, second]).toEqual(['server-error', 3]);
});
