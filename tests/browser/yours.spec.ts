// “Load your own” in a real browser: folders dropped and picked, the widgets that they fit, and what is said of the others.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, type Page } from '@playwright/test';
import { writeTensors } from './safetensors.ts';
import { tinyModel, utf8, weights } from './tiny_model.ts';
import { tinySae } from './tiny_sae.ts';

const GOLDEN = fileURLToPath(new URL('../golden/', import.meta.url));

/** Writes files below a folder and returns its path. */
async function lay(folder: string, files: Iterable<readonly [string, Uint8Array]>): Promise<string> {
  for (const [name, bytes] of files) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
  return folder;
}

/** Drags files and folders in from the desktop. */
async function drop(page: Page, ...files: string[]): Promise<void> {
  const box = await page.locator('#drop').boundingBox();
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) await session.send('Input.dispatchDragEvent', { type, x: box!.x + 9, y: box!.y + 9, data });
}

async function ready(page: Page, tag: string, backend: string): Promise<void> {
  const widget = page.locator(tag);
  await widget.scrollIntoViewIfNeeded();
  await expect(widget).toHaveAttribute('status', 'ready', { timeout: 90_000 });
  await expect(widget).toHaveAttribute('data-backend', backend);
}

test.beforeEach(({ page }) => page.goto('./yours.html'));

test('a dropped folder runs in the widget that it fits, asks nothing of any network, and tells the others why', async ({ page }, { project }) => {
  await page.waitForLoadState('networkidle');
  const strays: string[] = [];
  page.on('request', (request) => {
    if (request.method() !== 'GET' || new URL(request.url()).origin !== new URL(page.url()).origin) strays.push(`${request.method()} ${request.url()}`);
  });
  await drop(page, `${GOLDEN}standard-ln-gelu`);
  await expect(page.locator('#loaded')).toContainText('layers 2, heads 3');
  await ready(page, 'glass-induction', project.name);
  expect(await page.locator('glass-induction').getAttribute('model')).toBe('chosen:/standard-ln-gelu/');
  const scores = await page.locator('glass-induction').evaluate(async (element: HTMLElement & { exportData(): Promise<{ heads: unknown[] }> }) => (await element.exportData()).heads.length);
  expect(scores).toBe(6);
  await expect(page.locator('#misfits')).toContainText('“standard-ln-gelu” has no tokenizer.json');
  expect(strays).toEqual([]);
});

test('a picked folder with a model and its SAE fills both widgets, from one copy of the model', async ({ page }, info) => {
  const folder = await lay(info.outputPath('mine'), [
    ...[...tinyModel()].map(([name, bytes]) => [`model/${name}`, bytes] as const),
    ...[...tinySae()].map(([name, bytes]) => [`sae/${name}`, bytes] as const),
  ]);
  await page.getByLabel('Choose a folder').setInputFiles(folder);
  await ready(page, 'glass-induction', info.project.name);
  await ready(page, 'glass-features', info.project.name);
  expect(page.workers()).toHaveLength(1);
  const models = await page.evaluate(async (script) => {
    const { loadModel } = (await import(script)) as typeof import('../../www/src/api/glasshouse.d.ts');
    const model = await loadModel(document.querySelector('glass-induction')!.getAttribute('model')!);
    return (await model.memory()).models;
  }, new URL('v1/glasshouse.js', page.url()).href);
  expect(models).toBe(1);
  // A link would not carry it.
  const features = page.locator('glass-features');
  await features.getByRole('button', { name: 'Share' }).click();
  await expect(features.locator('#take-away')).toContainText('“model” and “sae” are only in this tab');
});

test('two loose files of TransformerLens are a model', async ({ page }, info) => {
  const config = { n_layers: 2, d_model: 16, n_ctx: 48, d_head: 4, n_heads: 4, d_mlp: 24, act_fn: 'gelu', d_vocab: 262, normalization_type: 'LN', dtype: 'torch.float32', device: 'cpu', seed: null };
  const folder = await lay(info.outputPath('loose'), [['gelu-2l.json', utf8(JSON.stringify(config))], ['gelu-2l.safetensors', writeTensors(weights())]]);
  await page.getByLabel('Choose files').setInputFiles([`${folder}/gelu-2l.json`, `${folder}/gelu-2l.safetensors`]);
  await expect(page.locator('#loaded')).toContainText('gelu-2l.safetensors (as model.safetensors)');
  await ready(page, 'glass-induction', info.project.name);
});

test('bad files are refused in a sentence, and what was loaded before stays', async ({ page }, info) => {
  await drop(page, await lay(info.outputPath('good'), tinyModel()));
  await expect(page.locator('glass-induction')).toBeVisible();

  await drop(page, await lay(info.outputPath('hub'), [['config.json', utf8('{"model_type": "gpt2", "n_embd": 768}')], ['model.safetensors', utf8('')]]));
  await expect(page.getByRole('alert').filter({ hasText: 'hub' })).toContainText('Hugging Face config (gpt2)');
  await expect(page.locator('glass-induction')).toBeVisible();

  // An SAE for another width names what it reads and what the model has; one for another hook names the nearest.
  const wide = { architecture: 'standard', d_in: 48, d_sae: 96, metadata: { hook_name: 'blocks.0.mlp.hook_post' } };
  await drop(page, await lay(info.outputPath('wide'), [...tinySae(), ['cfg.json', utf8(JSON.stringify(wide))]]));
  await expect(page.locator('#misfits')).toContainText('48');
  await expect(page.locator('#misfits')).toContainText('“wide”');
  await expect(page.locator('glass-induction')).toBeVisible();

  const damaged = tinyModel().set('model.safetensors', tinyModel().get('model.safetensors')!.slice(0, 400));
  await drop(page, await lay(info.outputPath('torn'), damaged));
  await expect(page.getByRole('alert').filter({ hasText: '“torn” was not loaded' })).toContainText('(bad-model-file)');
  await page.getByRole('button', { name: 'Forget torn' }).click();
  await expect(page.locator('glass-induction')).toBeVisible();
  await expect(page.locator('glass-induction')).toHaveAttribute('model', 'chosen:/good/');
});
