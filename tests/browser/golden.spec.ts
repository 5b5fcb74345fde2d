// Reference values: every hook of every model of tests/golden, name, shape and number, through the API in a real browser.
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Edit, Tensor } from '../../www/src/api/glasshouse.d.ts';
import { expect, test } from './glasshouse_page.ts';
import { readTensors } from './safetensors.ts';
import type { Stored } from './safetensors.ts';

/** Largest difference that passes, relative to the largest magnitude of the tensor. */
const TOLERANCE = 1e-4;
const GOLDEN = fileURLToPath(new URL('../golden/', import.meta.url));
const IDS = readdirSync(GOLDEN, { withFileTypes: true }).filter((entry) => entry.isDirectory() && !entry.name.startsWith('_')).map(({ name }) => name);

interface EditCase {
  name: string;
  edits: (Omit<Edit, 'value'> & { value?: number | { tensor: string } })[];
  expect: Record<string, string>;
}

/** What the page sends back: tensors as plain lists. */
type Listed = Record<string, { shape: number[]; data: number[] }>;

function json<T>(id: string, file: string): T {
  return JSON.parse(readFileSync(`${GOLDEN}${id}/${file}`, 'utf8')) as T;
}

function tensors(id: string, file: string): Map<string, Stored> {
  return readTensors(readFileSync(`${GOLDEN}${id}/${file}`));
}

/** The difference in a sentence, or null where the tensor is as it should be. */
function difference(name: string, got: Listed[string] | undefined, wanted: Stored | undefined): string | null {
  if (!got || !wanted) return `${name} is missing`;
  if (got.shape.join() !== wanted.shape.join()) return `${name} has shape [${got.shape.join()}], not [${wanted.shape.join()}]`;
  if (got.data.length !== wanted.data.length) return `${name} has ${got.data.length} numbers, not ${wanted.data.length}`;
  const magnitude = wanted.data.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 0);
  for (const [index, value] of wanted.data.entries()) {
    const other = got.data[index];
    const same = Number.isFinite(value) ? Math.abs((other ?? NaN) - value) <= TOLERANCE * magnitude : other === value;
    if (!same) return `${name}[${index}] is ${other}, not ${value} (largest magnitude ${magnitude})`;
  }
  return null;
}

for (const id of IDS) {
  test(`${id}: every hook as TransformerLens has it`, async ({ page, models }, { project }) => {
    const names = json<{ name: string; shape: number[] }[]>(id, 'hook_names.json');
    const got = await page.evaluate(
      async ({ folder, backend, tokens, hooks }) => {
        const model = await glasshouse.loadModel(folder, { backend });
        const run = await model.runWithCache(tokens, { hooks });
        const listed: Listed = { logits: list(run.logits) };
        for (const [name, tensor] of Object.entries(run.cache)) listed[name] = list(tensor);
        const facts = { backend: model.backend, hooks: model.hooks, captured: Object.keys(run.cache), tokens: run.tokens.map(({ id }) => id) };
        model.dispose();
        return { listed, ...facts };

        function list({ shape, data }: Tensor) {
          return { shape, data: [...data] };
        }
      },
      { folder: models.golden(id), backend: project.name as 'webgpu' | 'cpu', tokens: json<number[]>(id, 'tokens.json'), hooks: names.map(({ name }) => name) },
    );
    expect(got.backend).toMatchObject({ kind: project.name, selfCheck: { ok: true } });
    expect(got.hooks).toEqual(names.map(({ name }) => name));
    expect([...got.captured].sort()).toEqual(names.map(({ name }) => name).sort());
    expect(got.tokens).toEqual(json<number[]>(id, 'tokens.json'));
    const wanted = tensors(id, 'activations.safetensors');
    expect(wanted.size).toBe(names.length + 1);
    expect([...wanted.keys()].map((name) => difference(name, got.listed[name], wanted.get(name))).filter(Boolean)).toEqual([]);
  });
}

for (const id of IDS.filter((id) => readdirSync(GOLDEN + id).includes('edits.json'))) {
  test(`${id}: every edited run as TransformerLens has it`, async ({ page, models }, { project }) => {
    const cases = json<EditCase[]>(id, 'edits.json');
    const wanted = tensors(id, 'edits.safetensors');
    const prepared = cases.map((one) => ({
      hooks: Object.keys(one.expect).filter((name) => name !== 'logits'),
      edits: one.edits.map(({ value, ...edit }) => {
        if (value === undefined || typeof value === 'number') return { ...edit, ...(value !== undefined && { value }) };
        const stored = wanted.get(value.tensor);
        if (!stored) throw new Error(`${id} has no ${value.tensor}`);
        return { ...edit, value: { data: [...stored.data], shape: stored.shape } };
      }),
    }));
    const runs = await page.evaluate(
      async ({ folder, backend, tokens, prepared }) => {
        const model = await glasshouse.loadModel(folder, { backend });
        const answers: (Listed | string)[] = [];
        for (const request of prepared) {
          try {
            const { cache, logits } = await model.runWithCache(tokens, request);
            answers.push(Object.fromEntries(Object.entries({ ...cache, logits }).map(([name, { shape, data }]) => [name, { shape, data: [...data] }])));
          } catch (error) {
            answers.push(String(error));
          }
        }
        const { kind } = model.backend;
        model.dispose();
        return { kind, answers };
      },
      { folder: models.golden(id), backend: project.name as 'webgpu' | 'cpu', tokens: json<number[]>(id, 'tokens.json'), prepared },
    );
    expect(runs.kind).toBe(project.name);
    const wrong = cases.flatMap((one, index) => {
      const run = runs.answers[index];
      if (run === undefined || typeof run === 'string') return [`${one.name}: ${run}`];
      return Object.entries(one.expect)
        .map(([name, stored]) => difference(name, run[name], wanted.get(stored)))
        .filter(Boolean)
        .map((sentence) => `${one.name}: ${sentence}`);
    });
    expect(wrong).toEqual([]);
  });
}
