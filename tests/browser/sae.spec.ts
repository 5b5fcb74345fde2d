// Sparse autoencoders through the API in a real browser: SAELens's numbers, and what an attachment may and may not do.
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Edit, Tensor } from '../../www/src/api/glasshouse.d.ts';
import { expect, test } from './glasshouse_page.ts';
import { readTensors, writeTensors } from './safetensors.ts';
import type { Stored } from './safetensors.ts';
import { utf8 } from './tiny_model.ts';

/** Largest difference that passes, relative to the largest magnitude of the tensor. */
const TOLERANCE = 1e-4;
const SAES = fileURLToPath(new URL('../golden/saes/', import.meta.url));
const IDS = readdirSync(SAES);
const MODEL = 'standard-ln-gelu';
const TOKENS = JSON.parse(readFileSync(`${SAES}../${MODEL}/tokens.json`, 'utf8')) as number[];
const HOOK = 'blocks.0.mlp.hook_post';

interface Cases {
  model: string;
  hook: string;
  cases: { name: string; errorTerm: boolean; edits: (Omit<Edit, 'value'> & { value?: number | { tensor: string } })[]; expect: Record<string, string> }[];
}

function difference(name: string, got: { shape: number[]; data: readonly number[] } | undefined, wanted: Stored): string | null {
  if (!got) return `${name} is missing`;
  if (got.shape.join() !== wanted.shape.join()) return `${name} has shape [${got.shape.join()}], not [${wanted.shape.join()}]`;
  const magnitude = wanted.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const index = wanted.data.findIndex((value, index) => !(Math.abs(value - (got.data[index] ?? NaN)) <= TOLERANCE * magnitude));
  return index < 0 ? null : `${name}[${index}] is ${got.data[index]}, not ${wanted.data[index]} (largest magnitude ${magnitude})`;
}

/** The files of a folder, some of them replaced. */
function files(id: string, replaced: Record<string, Uint8Array<ArrayBuffer>> = {}): Map<string, Uint8Array> {
  const names = ['cfg.json', 'sae_weights.safetensors'];
  const read = names.map((name) => [name, readFileSync(`${SAES}${id}/${name}`)] as const);
  return new Map([...read, ...Object.entries(replaced)]);
}

test('every architecture computes what SAELens computes, edited, with and without error term', async ({ page, models }, { project }) => {
  test.setTimeout(300_000);
  expect(IDS.length).toBeGreaterThan(10);
  for (const id of IDS) {
    await test.step(id, async () => {
      const { model, hook, cases } = JSON.parse(readFileSync(`${SAES}${id}/cases.json`, 'utf8')) as Cases;
      const wanted = readTensors(readFileSync(`${SAES}${id}/expect.safetensors`));
      const requests = cases.map(({ errorTerm, edits, expect }) => ({
        errorTerm,
        hooks: Object.keys(expect).filter((name) => name !== 'logits'),
        edits: edits.map(({ value, ...edit }): Edit => {
          if (typeof value !== 'object') return value === undefined ? edit : { ...edit, value };
          const { data, shape } = wanted.get(value.tensor)!;
          return { ...edit, value: { data: [...data], shape } };
        }),
      }));
      const seen = await page.evaluate(
        async ({ folder, sae, backend, tokens, requests }) => {
          const model = await glasshouse.loadModel(folder, { backend });
          const attached = await model.attachSae(sae);
          const runs = [];
          for (const { errorTerm, ...request } of requests) {
            attached.errorTerm = errorTerm;
            const { cache, logits } = await model.runWithCache(tokens, request);
            const listed = Object.entries({ ...cache, logits }).map(([name, { shape, data }]) => [name, { shape, data: [...data] }] as const);
            runs.push(Object.fromEntries(listed));
          }
          model.dispose();
          return { runs, kind: model.backend.kind, config: attached.config, hook: attached.hook, hooks: attached.hooks };
        },
        { folder: models.golden(model), sae: models.golden(`saes/${id}`), backend: project.name as 'webgpu' | 'cpu', tokens: TOKENS, requests },
      );
      expect.soft(seen).toMatchObject({ kind: project.name, hook, config: { hook_name: hook, d_sae: 64 } });
      expect.soft(seen.hooks).toContain(`${hook}.hook_sae_acts_post`);
      const wrong = cases.flatMap(({ name, expect }, index) =>
        Object.entries(expect).map(([hook, tensor]) => difference(hook, seen.runs[index]?.[hook], wanted.get(tensor)!)).filter(Boolean).map((why) => `${name}: ${why}`));
      expect.soft(wrong, id).toEqual([]);
    });
  }
});

test('the largest features of each position are those of the capture', async ({ page, models }, { project }) => {
  const seen = await page.evaluate(
    async ({ folder, sae, backend, tokens, hook }) => {
      const model = await glasshouse.loadModel(folder, { backend });
      await model.attachSae(sae);
      const features = `${hook}.hook_sae_acts_post`;
      const run = await model.runWithCache(tokens, { hooks: [features], topFeatures: [{ hook: features, k: 7 }, { hook: 'blocks.*.hook_resid_post', k: 1 }] });
      const { indices, values, shape } = run.topFeatures[features]!;
      const { data, shape: [, width] } = run.cache[features] as Tensor & { shape: [number, number] };
      return { names: Object.keys(run.topFeatures), indices: [...indices], values: [...values], shape, data: [...data], width };
    },
    { folder: models.golden(MODEL), sae: models.golden('saes/jumprelu'), backend: project.name as 'webgpu' | 'cpu', tokens: TOKENS, hook: HOOK },
  );
  expect(seen.names).toEqual([`${HOOK}.hook_sae_acts_post`, 'blocks.0.hook_resid_post', 'blocks.1.hook_resid_post']);
  expect(seen.shape).toEqual([TOKENS.length, 7]);
  for (let position = 0; position < TOKENS.length; position += 1) {
    const row = seen.data.slice(position * seen.width, (position + 1) * seen.width);
    const order = row.map((_, index) => index).sort((a, b) => row[b]! - row[a]! || a - b).slice(0, 7);
    expect(seen.indices.slice(7 * position, 7 * (position + 1))).toEqual(order);
    expect(seen.values.slice(7 * position, 7 * (position + 1))).toEqual(order.map((index) => row[index]));
  }
});

test('an SAE is seen by the handle that attached it, until it is detached', async ({ page, models }, { project }) => {
  const seen = await page.evaluate(
    async ({ folder, sae, backend, tokens, hook }) => {
      const [mine, other] = [await glasshouse.loadModel(folder, { backend }), await glasshouse.loadModel(folder, { backend })];
      const logits = async (model: typeof mine) => (await model.runWithCache(tokens)).logits.data.join();
      const clean = await logits(mine);
      const attached = await mine.attachSae(sae);
      const features = { hooks: [`${hook}.hook_sae_acts_post`] };
      const spliced = await logits(mine);
      const elsewhere = await logits(other);
      const unseen = await refusal(() => other.runWithCache(tokens, features));
      const twice = await refusal(() => mine.attachSae(sae));
      const under = mine.runWithCache(tokens, features); // asked for before it is detached
      attached.detach();
      attached.detach();
      const last = Object.keys((await under).cache);
      const after = await logits(mine);
      const gone = await refusal(() => mine.runWithCache(tokens, features));
      const again = await mine.attachSae(sae, { errorTerm: true });
      return { same: [elsewhere, after].map((other) => other === clean), changed: spliced !== clean, unseen, twice, last, gone, errorTerm: again.errorTerm };
    },
    { folder: models.golden(MODEL), sae: models.golden('saes/topk'), backend: project.name as 'webgpu' | 'cpu', tokens: TOKENS, hook: HOOK },
  );
  expect(seen).toMatchObject({ same: [true, true], changed: true, last: [`${HOOK}.hook_sae_acts_post`], errorTerm: true });
  expect([seen.unseen.code, seen.twice.code, seen.gone.code]).toEqual(['unknown-hook', 'bad-input', 'unknown-hook']);
  expect(seen.unseen.message).toContain(HOOK);
});

test('an attached SAE moves to the CPU with its model', async ({ page, models }, { project }) => {
  test.skip(project.name !== 'webgpu', 'there is no device to lose');
  const seen = await page.evaluate(
    async ({ folder, sae, tokens }) => {
      const model = await glasshouse.loadModel(folder);
      await model.attachSae(sae);
      const before = (await model.runWithCache(tokens)).logits.data;
      await model.runWithCache(tokens.slice(1));
      await model.loseDevice();
      const after = (await model.runWithCache(tokens)).logits.data;
      return { kind: model.backend.kind, difference: after.reduce((most, value, index) => Math.max(most, Math.abs(value - before[index]!)), 0) };
    },
    { folder: models.golden(MODEL), sae: models.golden('saes/gated'), tokens: TOKENS },
  );
  expect(seen.kind).toBe('cpu');
  expect(seen.difference).toBeLessThan(1e-3);
});

test('files chosen by hand, and the file names of a model folder, will do', async ({ page, models }) => {
  const named = files('topk');
  const folder = models.folder(new Map([['config.json', named.get('cfg.json')!], ['model.safetensors', named.get('sae_weights.safetensors')!]]));
  const architectures = await page.evaluate(
    async ({ folder, renamed, picked }) => {
      const model = await glasshouse.loadModel(folder, { backend: 'cpu' });
      const loaded: number[] = [];
      const first = await model.attachSae(renamed, { onProgress: ({ loadedBytes }) => loaded.push(loadedBytes) });
      first.detach();
      const chosen = new Map(picked.map(([name, bytes]) => [name, new Blob([new Uint8Array(bytes)])]));
      const second = await model.attachSae({ files: chosen });
      return [first.config.architecture, second.config.architecture, loaded.at(-1)! > 10_000];
    },
    { folder: models.golden(MODEL), renamed: folder, picked: [...files('gated')].map(([name, bytes]) => [name, [...bytes]] as const) },
  );
  expect(architectures).toEqual(['topk', 'gated', true]);
});

test('an SAE that does not fit or is damaged is refused by name, and the model stays usable', async ({ page, models }) => {
  const config = (changes: Record<string, unknown>) =>
    utf8(JSON.stringify({ ...(JSON.parse(readFileSync(`${SAES}topk/cfg.json`, 'utf8')) as object), ...changes }));
  const weights = (change: (tensors: Map<string, Stored>) => void) => {
    const tensors = readTensors(files('topk').get('sae_weights.safetensors')!);
    change(tensors);
    return writeTensors(tensors);
  };
  const metadata = (hook_name: string) => ({ metadata: { sae_lens_version: '6.54.12', hook_name } });
  const cases: [why: string, code: string, says: RegExp, replaced: Record<string, Uint8Array<ArrayBuffer>>][] = [
    ['another width', 'does-not-fit', /40 numbers at blocks\.0\.hook_resid_pre.*24/, { 'cfg.json': config(metadata('blocks.0.hook_resid_pre')) }],
    ['another hook', 'does-not-fit', /blocks\.7\.mlp\.hook_post.*blocks\.0\.mlp\.hook_post/, { 'cfg.json': config(metadata('blocks.7.mlp.hook_post')) }],
    ['a hook without vectors', 'does-not-fit', /hook_pattern/, { 'cfg.json': config(metadata('blocks.0.attn.hook_pattern')) }],
    ['another architecture', 'bad-model-file', /"temporal".*"topk"/, { 'cfg.json': config({ architecture: 'temporal' }) }],
    ['a transcoder', 'bad-model-file', /hook_name_out/, { 'cfg.json': config({ metadata: { sae_lens_version: '6.0.0', hook_name: HOOK, hook_name_out: 'blocks.0.hook_mlp_out' } }) }],
    ['a normalisation whose factor is not there', 'bad-model-file', /expected_average_only_in/, { 'cfg.json': config({ normalize_activations: 'expected_average_only_in' }) }],
    ['k larger than the dictionary', 'bad-model-file', /"k" is 65.*64/, { 'cfg.json': config({ k: 65 }) }],
    ['k of nothing', 'bad-model-file', /"k"/, { 'cfg.json': config({ k: 0 }) }],
    ['k missing', 'bad-model-file', /"k" is missing/, { 'cfg.json': config({ k: undefined }) }],
    ['a misspelt field', 'bad-model-file', /aply_b_dec_to_input.*apply_b_dec_to_input/, { 'cfg.json': config({ aply_b_dec_to_input: true }) }],
    ['no JSON', 'bad-model-file', /not JSON/, { 'cfg.json': utf8('{"d_in": 40') }],
    ['a missing threshold', 'bad-model-file', /lack "threshold"/, { 'cfg.json': config({ architecture: 'jumprelu', k: undefined }) }],
    ['not a number', 'bad-model-file', /W_dec.*not finite/, { 'sae_weights.safetensors': weights((tensors) => tensors.get('W_dec')!.data.fill(NaN)) }],
    ['a matrix turned round', 'bad-model-file', /W_enc.*\[64, 40\].*\[40, 64\]/, { 'sae_weights.safetensors': weights((tensors) => void (tensors.get('W_enc')!.shape = [64, 40])) }],
    ['a tensor of another kind of SAE', 'bad-model-file', /r_mag/, { 'sae_weights.safetensors': weights((tensors) => tensors.set('r_mag', tensors.get('b_enc')!)) }],
    ['half a file', 'bad-model-file', /safetensors/, { 'sae_weights.safetensors': weights(() => {}).slice(0, 9000) }],
  ];
  const folders = cases.map(([, , , replaced]) => models.folder(files('topk', replaced)));
  const seen = await page.evaluate(
    async ({ folder, folders, missing, tokens, hook }) => {
      const model = await glasshouse.loadModel(folder, { backend: 'cpu' });
      const clean = (await model.runWithCache(tokens)).logits.data.join();
      const refused = [];
      for (const sae of folders) refused.push(await refusal(() => model.attachSae(sae)));
      const absent = await refusal(() => model.attachSae(missing));
      const aborted = await refusal(() => model.attachSae(missing, { signal: AbortSignal.abort() }));
      const request = (topFeatures: { hook: string; k: number }[]) => refusal(() => model.runWithCache(tokens, { topFeatures }));
      const top = [await request([{ hook, k: 0 }]), await request([{ hook, k: 41 }]), await request([{ hook: 'blocks.0.attn.hook_z', k: 1 }]), await request([{ hook: 'hook_no', k: 1 }])];
      return { refused, absent, aborted, top, usable: (await model.runWithCache(tokens)).logits.data.join() === clean };
    },
    { folder: models.golden(MODEL), folders, missing: models.golden('saes/nothing'), tokens: TOKENS, hook: HOOK },
  );
  for (const [index, [why, code, says]] of cases.entries()) {
    expect.soft(seen.refused[index]?.code, why).toBe(code);
    expect.soft(seen.refused[index]?.message, why).toMatch(says);
  }
  expect(seen.absent.code).toBe('not-found');
  expect(seen.absent.message).toContain('cfg.json');
  expect(seen.aborted.code).toBe('aborted');
  expect(seen.top.map(({ code }) => code)).toEqual(['bad-input', 'bad-input', 'bad-input', 'unknown-hook']);
  expect(seen.usable).toBe(true);
});
