// Damaged files and dishonest servers: each gives its coded error in one sentence that names the file, and the page goes on.
import type { Page } from '@playwright/test';
import { expect, test } from './glasshouse_page.ts';
import { send } from './model_server.ts';
import type { Answer } from './model_server.ts';
import { writeTensors } from './safetensors.ts';
import type { Stored } from './safetensors.ts';
import { CONFIG, tinyModel, utf8, weights } from './tiny_model.ts';

/** The same folder with one file replaced. */
const replaced = (name: string, bytes: Uint8Array<ArrayBuffer>) => tinyModel().set(name, bytes);
const whole = () => tinyModel().get('model.safetensors')!;

/** The weights with one tensor changed. */
function changed(name: string, change: (tensor: Stored) => Stored | null): Uint8Array<ArrayBuffer> {
  const tensors = weights();
  const tensor = change(tensors.get(name)!);
  if (tensor) tensors.set(name, tensor);
  else tensors.delete(name);
  return writeTensors(tensors);
}

function headerLength(length: bigint): Uint8Array<ArrayBuffer> {
  const file = whole();
  new DataView(file.buffer).setBigUint64(0, length, true);
  return file;
}

function config(change: object): Uint8Array<ArrayBuffer> {
  return utf8(JSON.stringify({ ...CONFIG, ...change }));
}

/** What is damaged, the damaged file, and what the sentence must mention. */
const DAMAGED: [string, string, Uint8Array<ArrayBuffer>, string][] = [
  ['weights cut off in the data', 'model.safetensors', whole().slice(0, -7), 'model.safetensors'],
  ['weights cut off in the header', 'model.safetensors', whole().slice(0, 100), 'model.safetensors'],
  ['weights of seven bytes', 'model.safetensors', whole().slice(0, 7), 'model.safetensors'],
  ['empty weights', 'model.safetensors', new Uint8Array(0), 'model.safetensors'],
  ['a header longer than the file', 'model.safetensors', headerLength(1n << 40n), 'model.safetensors'],
  ['a header of 2^64 - 1 bytes', 'model.safetensors', headerLength((1n << 64n) - 1n), 'model.safetensors'],
  ['weights that are a picture', 'model.safetensors', Uint8Array.from({ length: 4096 }, (_, i) => (i * 37) % 256), 'model.safetensors'],
  ['weights of a dtype that is no number format', 'model.safetensors', writeTensors(weights(), 'F128'), 'model.safetensors'],
  ['weights of whole numbers', 'model.safetensors', writeTensors(weights(), 'I32'), 'I32'],
  ['a tensor of the wrong shape', 'model.safetensors', changed('blocks.1.attn.W_Q', ({ data }) => ({ shape: [CONFIG.d_model, CONFIG.n_heads, CONFIG.d_head], data })), 'blocks.1.attn.W_Q'],
  ['a tensor that is missing', 'model.safetensors', changed('unembed.W_U', () => null), 'unembed.W_U'],
  ['a tensor full of NaN', 'model.safetensors', changed('blocks.0.mlp.W_in', ({ shape, data }) => ({ shape, data: data.map(() => NaN) })), 'blocks.0.mlp.W_in'],
  ['a tensor with one infinity', 'model.safetensors', changed('embed.W_E', ({ shape, data }) => ({ shape, data: data.map((x, i) => (i === 5 ? Infinity : x)) })), 'embed.W_E'],
  ['a config that is not JSON', 'config.json', utf8('{"n_layers": 2,'), 'config.json'],
  ['a config that is a list', 'config.json', utf8('[1]'), 'config.json'],
  ['an empty config', 'config.json', utf8(''), 'config.json'],
  ['a config that is not UTF-8', 'config.json', Uint8Array.of(0x7b, 0xff, 0x7d), 'config.json'],
  ['a misspelt config field', 'config.json', config({ n_layer: 2 }), 'n_layers'],
  ['a config field of the wrong kind', 'config.json', config({ n_layers: 'two' }), 'n_layers'],
  ['a config of absurd size', 'config.json', config({ d_model: 1e15 }), ''],
  ['a config of another format', 'config.json', config({ format_version: 99 }), 'format_version'],
  ['an activation that there is not', 'config.json', config({ act_fn: 'swish' }), 'act_fn'],
  ['damaged means', 'means.safetensors', Uint8Array.of(1, 2, 3), 'means.safetensors'],
  ['a damaged reference', 'reference.json', utf8('{"tokens": '), 'reference.json'],
];

/** Tries to load each folder on one page, beside a model that is loaded, and says what each try ended with and what was kept of it. */
async function tryFolders(page: Page, good: string, folders: string[]) {
  return page.evaluate(
    async ({ good, folders }) => {
      const model = await glasshouse.loadModel(good);
      const tries = [];
      for (const folder of folders) tries.push({ refused: await refusal(() => glasshouse.loadModel(folder)), kept: (await model.memory()).models });
      return { tries, shape: (await model.runWithCache([1])).logits.shape };
    },
    { good, folders },
  );
}

test('a damaged file is refused in one sentence, and leaves nothing behind', async ({ page, models }) => {
  const folders = DAMAGED.map(([, file, bytes]) => models.folder(replaced(file, bytes)));
  const { tries, shape } = await tryFolders(page, models.folder(tinyModel()), folders);
  DAMAGED.forEach(([what, , , mentioned], index) => {
    expect.soft(tries[index], what).toEqual({ refused: { code: 'bad-model-file', message: expect.stringContaining(mentioned) }, kept: 1 });
    expect.soft(tries[index]?.refused.message, what).toMatch(/[.?]$/);
  });
  expect(shape).toEqual([1, CONFIG.d_vocab]);
});

test('a damaged tokenizer is refused when text comes, ids still work', async ({ page, models }) => {
  const parts = ['{"version": "1.0", "model":', '{}', '<html></html>', '{"version":"1.0","model":{"type":"BPE","vocab":{"a":0},"merges":["a b"]}}'];
  const seen = await page.evaluate(
    (folders) =>
      Promise.all(
        folders.map(async (folder) => {
          const model = await glasshouse.loadModel(folder);
          return { refused: await refusal(() => model.runWithCache('the')), shape: (await model.runWithCache([1])).logits.shape };
        }),
      ),
    parts.map((text) => models.folder(replaced('tokenizer.json', utf8(text)))),
  );
  parts.forEach((text, index) => {
    expect(seen[index], text).toEqual({ refused: { code: 'bad-model-file', message: expect.stringContaining('tokenizer.json') }, shape: [1, CONFIG.d_vocab] });
  });
});

const status = (code: number): Answer => (_, response) => void response.writeHead(code).end('no');
const page404: Answer = (_, response) => void response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end('<!doctype html>Home');

/** What a server does, to which file, and what becomes of the load. */
const SERVERS: [string, Record<string, Answer>, string][] = [
  ['answers 404 for the config', { 'config.json': status(404) }, 'not-found'],
  ['answers 404 for the weights', { 'model.safetensors': status(404) }, 'not-found'],
  ['answers 403 for the weights', { 'model.safetensors': status(403) }, 'not-found'],
  ['answers 500 for the config', { 'config.json': status(500) }, 'server-error'],
  ['answers 500 for the means', { 'means.safetensors': status(500) }, 'server-error'],
  ['answers every address with a web page', { 'config.json': page404 }, 'bad-model-file'],
  ['answers with a web page for the weights', { 'model.safetensors': page404 }, 'bad-model-file'],
  ['breaks off in mid-download', { 'model.safetensors': (_, response) => breakOff(response, whole().length) }, 'offline'],
  ['announces more than it sends', { 'model.safetensors': (_, response) => void send(response, whole(), { 'Content-Length': whole().length + 10, Connection: 'close' }) }, 'offline'],
  ['announces less than it sends', { 'model.safetensors': (_, response) => void send(response, whole(), { 'Content-Length': 1000, Connection: 'close' }) }, 'bad-model-file'],
  ['announces a gigabyte', { 'model.safetensors': (_, response) => breakOff(response, 2 ** 30) }, 'too-large'],
  ['sends a config without end', { 'config.json': (_, response) => endless(response) }, 'too-large'],
  ['does not let other sites read', { 'config.json': (_, response) => (response.removeHeader('Access-Control-Allow-Origin'), send(response, utf8('{}'))) }, 'offline'],
  ['hangs up', { 'config.json': (request) => void request.socket.destroy() }, 'offline'],
];

function breakOff(response: Parameters<Answer>[1], announced: number): void {
  response.writeHead(200, { 'Content-Length': announced });
  response.write(whole().slice(0, 2000), () => setTimeout(() => response.destroy(), 50));
}

function endless(response: Parameters<Answer>[1]): void {
  response.writeHead(200);
  const more = () => {
    while (!response.destroyed && response.write(' '.repeat(65_536)));
  };
  response.on('drain', more);
  more();
}

test('a server that misbehaves gives the error that says how, and leaves nothing behind', async ({ page, models }) => {
  const folders = SERVERS.map(([, answers]) => models.folder(tinyModel(), answers));
  const { tries, shape } = await tryFolders(page, models.folder(tinyModel()), folders);
  SERVERS.forEach(([what, answers, code], index) => {
    expect.soft(tries[index], what).toEqual({ refused: { code, message: expect.stringContaining(Object.keys(answers)[0]!) }, kept: 1 });
  });
  expect(shape).toEqual([1, CONFIG.d_vocab]);
});

test('a server that says nothing of sizes, or compresses, is loaded from all the same', async ({ page, models }) => {
  const chunked: Answer = (_, response) => void response.writeHead(200).end(whole());
  const progress = await page.evaluate(async (folder) => {
    const steps: (number | null)[] = [];
    const model = await glasshouse.loadModel(folder, { onProgress: ({ totalBytes }) => steps.push(totalBytes) });
    return { steps, shape: (await model.runWithCache([1])).logits.shape };
  }, models.folder(tinyModel(), { 'model.safetensors': chunked }));
  expect(new Set(progress.steps)).toEqual(new Set([null]));
  expect(progress.shape).toEqual([1, CONFIG.d_vocab]);
});

test('what is optional may be missing, hidden, or a web page', async ({ page, models }) => {
  const folders = [status(404), status(403), page404].map((answer) => models.folder(tinyModel(), { 'means.safetensors': answer, 'reference.json': answer }));
  const means = await page.evaluate((folders) => Promise.all(folders.map(async (folder) => (await glasshouse.loadModel(folder)).hasMeans)), folders);
  expect(means).toEqual([false, false, false]);
});

test('without a network a load is refused as offline, and works when the network is back', async ({ page, context, models }) => {
  const folder = models.folder(tinyModel());
  await page.evaluate(async (folder) => (await glasshouse.loadModel(folder)).dispose(), folder);
  await context.setOffline(true);
  const refused = await page.evaluate((folder) => refusal(() => glasshouse.loadModel(folder)), folder);
  await context.setOffline(false);
  expect(refused.code).toBe('offline');
  expect(await page.evaluate(async (folder) => (await glasshouse.loadModel(folder)).backend.selfCheck.ok, folder)).toBe(true);
});
