// What “Load your own” makes of a heap of files, and of a model that does not fit a widget.
import { expect, test } from '@playwright/test';
import type { BackendReport } from '../../www/src/api/glasshouse.d.ts';
import { offers, type LoadedFolder } from '../../www/src/site/yours/fits.ts';
import { foldersIn, type Found } from '../../www/src/site/yours/folders.ts';

const MODEL = '{"n_layers": 1, "d_model": 8}';
const SAE = '{"d_in": 8, "d_sae": 16}';

/** A heap from paths to contents. */
const heap = (files: Record<string, string>) =>
  Object.entries(files).map(([path, content]) => ({ path, file: new File([content], path.split('/').at(-1) ?? '') }));

async function only(files: Record<string, string>): Promise<Found> {
  const [found, ...others] = await foldersIn(heap(files));
  if (!found || found.kind === 'unusable' || others.length > 0) throw new Error(JSON.stringify([found, ...others]));
  return found;
}

async function refused(files: Record<string, string>): Promise<string> {
  const [found, ...others] = await foldersIn(heap(files));
  if (found?.kind !== 'unusable' || others.length > 0) throw new Error(JSON.stringify([found, ...others]));
  return found.reason;
}

test('a model folder is taken with what lies beside its weights, and nothing else', async () => {
  const found = await only({
    'course/toy/config.json': MODEL, 'course/toy/model.safetensors': 'w', 'course/toy/tokenizer.json': '{}', 'course/toy/means.safetensors': 'm',
    'course/toy/README.md': '#', 'course/toy/curves.json': '{"recipe": 1}', 'course/.DS_Store': '',
  });
  expect([found.kind, found.name, ...found.files.keys()]).toEqual(['model', 'toy', 'config.json', 'model.safetensors', 'tokenizer.json', 'means.safetensors']);
  expect(found.renamed.size).toBe(0);
});

test('loose files of TransformerLens and of SAELens get the names that the engine looks for', async () => {
  const loose = await only({ 'gelu-1l.safetensors': 'w', 'gelu-1l.json': MODEL });
  expect([loose.name, ...loose.files.keys()]).toEqual(['gelu-1l', 'config.json', 'model.safetensors']);
  expect([...loose.renamed]).toEqual([['config.json', 'gelu-1l.json'], ['model.safetensors', 'gelu-1l.safetensors']]);
  expect(await loose.files.get('model.safetensors')?.text()).toBe('w');
  const sae = await only({ 'mine/cfg.json': SAE, 'mine/sae_weights.safetensors': 'w', 'mine/sparsity.safetensors': 's' });
  expect([sae.kind, ...sae.files.keys()]).toEqual(['sae', 'cfg.json', 'sae_weights.safetensors']);
});

test('several folders come out of one drop, a model and an SAE even out of one folder', async () => {
  const two = await foldersIn(heap({ 'all/m/config.json': MODEL, 'all/m/model.safetensors': 'w', 'all/s/cfg.json': SAE, 'all/s/sae_weights.safetensors': 'w', 'all/notes.txt': '' }));
  expect(two.map(({ kind, name }) => [kind, name])).toEqual([['model', 'm'], ['sae', 's']]);
  const mixed = await foldersIn(heap({ 'x/config.json': MODEL, 'x/model.safetensors': 'w', 'x/cfg.json': SAE, 'x/sae_weights.safetensors': 'v' }));
  expect(mixed.map(({ kind }) => kind)).toEqual(['model', 'sae']);
  expect(await (mixed[1] as Found).files.get('sae_weights.safetensors')?.text()).toBe('v');
});

test('what cannot be used says why', async () => {
  expect(await refused({ 'photo.jpg': '' })).toContain('no .safetensors weights');
  expect(await refused({ 'a/config.json': '{"model_type": "gpt2", "n_embd": 768}', 'a/model.safetensors': '' })).toContain('Hugging Face config (gpt2)');
  expect(await refused({ 'a/model.pt': '' })).toContain('model.pt is a pickle');
  expect(await refused({ 'a/model.safetensors': '' })).toContain('no config');
  expect(await refused({ 'a/config.json': MODEL })).toContain('no weights, model.safetensors');
  expect(await refused({ 'a/config.json': '{"n_layers": 1', 'a/model.safetensors': '' })).toBe('config.json is not JSON.');
  expect(await refused({ 'a/config.json': MODEL, 'a/x.safetensors': '', 'a/y.safetensors': '' })).toContain('x.safetensors, y.safetensors');
  const twice = await foldersIn(heap({ 'a/one.json': MODEL, 'a/two.json': MODEL, 'a/model.safetensors': '' }));
  for (const one of twice) expect(one).toMatchObject({ kind: 'unusable', reason: expect.stringContaining('one.json and two.json') });
});

test('a model that does not fit a widget is told why, naming both sides', () => {
  const config = { n_layers: 1, d_model: 8, n_ctx: 32, d_head: 4, n_heads: 2, d_vocab: 50 };
  const backend: BackendReport = { kind: 'cpu', adapter: '', selfCheck: { ok: true, maxAbsDiff: 0, tolerance: 1e-4 } };
  const folder = (more: object, readsText = true): LoadedFolder =>
    ({ name: 'mine', url: 'chosen:/mine/', readsText, model: { config: { ...config, ...more }, hooks: ['hook_embed'], parameters: 1, backend } });
  const sae = { name: 'dict', url: 'chosen:/dict/', attached: { config: { architecture: 'standard', d_in: 8, d_sae: 16, hook_name: 'hook_embed' }, hook: 'hook_embed' }, refusal: '' };
  const of = (tag: string, ...given: Parameters<typeof offers>) => offers(...given).find((offer) => offer.tag === tag);

  expect(of('glass-induction', folder({}), null)?.attributes).toEqual({ model: 'chosen:/mine/' });
  expect(of('glass-induction', folder({ attention_dir: 'bidirectional' }), null)).toMatchObject({ attributes: null, reason: expect.stringMatching(/look back.*“mine”.*bidirectional/) });
  expect(of('glass-induction', folder({ n_ctx: 1 }), null)?.reason).toMatch(/at least 8 tokens; “mine” reads 1/);
  // Without a tokenizer it reads ids: the same ones twice, as many as there is room for.
  const ids = of('glass-induction', folder({ n_ctx: 12 }, false), null)?.attributes?.['tokens']?.split(' ') ?? [];
  expect(ids).toHaveLength(10);
  expect(ids.slice(5)).toEqual(ids.slice(0, 5));

  expect(of('glass-features', folder({}), sae)?.attributes).toEqual({ model: 'chosen:/mine/', sae: 'chosen:/dict/' });
  expect(of('glass-features', folder({}), null)?.reason).toMatch(/needs a sparse autoencoder; “mine” came without one/);
  expect(of('glass-features', folder({}, false), sae)?.reason).toMatch(/“mine” has no tokenizer.json/);
  expect(of('glass-features', folder({}), { ...sae, attached: null, refusal: 'The SAE reads 9 numbers.' })).toMatchObject({ attributes: null, reason: 'The SAE reads 9 numbers.' });
  expect(of('glass-othello', folder({}), null)).toMatchObject({ attributes: null, reason: expect.stringMatching(/its own model.*“mine” is another/) });
});
