// Reference values: every hook of every model of tests/golden, name, shape and number, through the API in a real browser.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import type { Edit, RunOptions } from '../../www/src/api/glasshouse.d.ts';
import { expect, test } from './glasshouse_page.ts';
import { readTensors } from './safetensors.ts';
import type { Stored } from './safetensors.ts';

/** Largest difference that passes, relative to the largest magnitude of the tensor. */
const TOLERANCE = 1e-4;
const GOLDEN = fileURLToPath(new URL('../golden/', import.meta.url));
const IDS = readdirSync(GOLDEN, { withFileTypes: true }).filter((entry) => entry.isDirectory() && existsSync(`${GOLDEN}${entry.name}/hook_names.json`)).map(({ name }) => name);

interface EditCase {
  name: string;
  edits: (Omit<Edit, 'value'> & { value?: number | { tensor: string } })[];
  expect: Record<string, string>;
}

/** What the page sends back: tensors as plain lists. */
type Listed = Record<string, { shape: number[]; data: readonly number[] }>;

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

/** Everything that the page says about one model on its own input. */
async function examine(page: Page, folder: string, backend: 'webgpu' | 'cpu', tokens: number[], requests: Pick<RunOptions, 'hooks' | 'edits'>[]) {
  return page.evaluate(
    async ({ folder, backend, tokens, requests }) => {
      const model = await glasshouse.loadModel(folder, { backend });
      const runs: { tokens: number[]; tensors: Listed }[] = [];
      for (const request of requests) {
        const { cache, logits, tokens: ran } = await model.runWithCache(tokens, request);
        const tensors = Object.entries({ ...cache, logits }).map(([name, { shape, data }]) => [name, { shape, data: [...data] }] as const);
        runs.push({ tokens: ran.map(({ id }) => id), tensors: Object.fromEntries(tensors) });
      }
      const { hooks, backend: report } = model;
      model.dispose();
      return { hooks, report, runs };
    },
    { folder, backend, tokens, requests },
  );
}

// One page for all models: a software adapter takes seconds to make its pipelines, which the models of a page share.
test('every hook of every model as TransformerLens has it', async ({ page, models }, { project }) => {
  test.setTimeout(300_000);
  expect(IDS.length).toBeGreaterThan(10);
  for (const id of IDS) {
    await test.step(id, async () => {
      const hooks = json<{ name: string; shape: number[] }[]>(id, 'hook_names.json').map(({ name }) => name);
      const tokens = json<number[]>(id, 'tokens.json');
      const seen = await examine(page, models.golden(id), project.name as 'webgpu' | 'cpu', tokens, [{ hooks }]);
      const run = seen.runs[0]!;
      expect.soft(seen.report, id).toMatchObject({ kind: project.name, selfCheck: { ok: true } });
      expect.soft(seen.hooks, id).toEqual(hooks);
      expect.soft(Object.keys(run.tensors), id).toEqual([...hooks, 'logits']);
      expect.soft(run.tokens, id).toEqual(tokens);
      const wanted = tensors(id, 'activations.safetensors');
      expect.soft([...wanted.keys()].sort(), id).toEqual([...hooks, 'logits'].sort());
      expect.soft([...wanted].map(([name, tensor]) => difference(name, run.tensors[name], tensor)).filter(Boolean), id).toEqual([]);
    });
  }
});

test('every edited run as TransformerLens has it', async ({ page, models }, { project }) => {
  test.setTimeout(300_000);
  const edited = IDS.filter((id) => readdirSync(GOLDEN + id).includes('edits.json'));
  expect(edited.length).toBeGreaterThan(2);
  for (const id of edited) {
    await test.step(id, async () => {
      const cases = json<EditCase[]>(id, 'edits.json');
      const wanted = tensors(id, 'edits.safetensors');
      const requests = cases.map((one) => ({
        hooks: Object.keys(one.expect).filter((name) => name !== 'logits'),
        edits: one.edits.map(({ value, ...edit }): Edit => (value === undefined ? edit : { ...edit, value: typeof value === 'number' ? value : stored(wanted, value.tensor) })),
      }));
      const seen = await examine(page, models.golden(id), project.name as 'webgpu' | 'cpu', json<number[]>(id, 'tokens.json'), requests);
      expect.soft(seen.report.kind, id).toBe(project.name);
      const wrong = cases.flatMap((one, index) =>
        Object.entries(one.expect)
          .map(([name, tensor]) => difference(name, seen.runs[index]?.tensors[name], wanted.get(tensor)))
          .filter(Boolean)
          .map((sentence) => `${one.name}: ${sentence}`),
      );
      expect.soft(wrong, id).toEqual([]);
    });
  }
});

/** The value of an edit, as the API takes it; lists instead of typed arrays cross to the page. */
function stored(tensors: Map<string, Stored>, name: string): { data: number[]; shape: number[] } {
  const tensor = tensors.get(name);
  if (!tensor) throw new Error(`There is no ${name}.`);
  return { data: [...tensor.data], shape: tensor.shape };
}
