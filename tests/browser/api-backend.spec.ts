// Which backend computes, and what happens when the graphics device goes away.
import type { BackendReport } from '../../www/src/api/glasshouse.d.ts';
import { expect, test } from './glasshouse_page.ts';
import { tinyModel, utf8 } from './tiny_model.ts';

test('WebGPU is there or refused, the CPU is always there', async ({ page, models }, { project }) => {
  const seen = await page.evaluate(async (folder) => {
    const kind = async (backend: 'auto' | 'webgpu' | 'cpu') => {
      try {
        return (await glasshouse.loadModel(folder, { backend })).backend.kind;
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    return { auto: await kind('auto'), webgpu: await kind('webgpu'), cpu: await kind('cpu') };
  }, models.folder(tinyModel()));
  const there = project.name === 'webgpu';
  expect(seen).toEqual({ auto: there ? 'webgpu' : 'cpu', webgpu: there ? 'webgpu' : 'no-webgpu', cpu: 'cpu' });
});

for (const when of ['between two runs', 'in the middle of a run'] as const) {
  test(`a device lost ${when} moves the model to the CPU, which repeats the run`, async ({ page, models }, { project }) => {
    test.skip(project.name !== 'webgpu', 'there is no device to lose');
    const seen = await page.evaluate(
      async ({ folder, when }) => {
        const model = await glasshouse.loadModel(folder);
        const changes: BackendReport[] = [];
        model.onBackendChange = (backend) => changes.push(backend);
        const before = model.backend.kind;
        const wanted = await model.runWithCache('the tin the tin');
        const other = await glasshouse.loadModel(folder);
        // Another text in between: what is the same as before is not computed again.
        await model.runWithCache('in an inn');
        if (when === 'between two runs') await model.loseDevice();
        const running = model.runWithCache('the tin the tin');
        if (when === 'in the middle of a run') await model.loseDevice();
        const { logits } = await running;
        const repeatedOn = model.backend.kind;
        const difference = logits.data.reduce((most, value, index) => Math.max(most, Math.abs(value - wanted.logits.data[index]!)), 0);
        return { before, repeatedOn, after: model.backend, other: other.backend.kind, changes, difference };
      },
      { folder: models.folder(tinyModel()), when },
    );
    expect([seen.before, seen.repeatedOn]).toEqual(['webgpu', 'cpu']);
    expect(seen.after).toMatchObject({ kind: 'cpu', selfCheck: { ok: true } });
    expect(seen.after.selfCheck.reason).toMatch(/lost/);
    expect(seen.other).toBe('cpu');
    expect(seen.changes).toEqual([seen.after]);
    expect(seen.difference).toBeLessThan(1e-3);
  });
}

test('a refused allocation moves the model to the CPU, which repeats the run', async ({ page, models }, { project }) => {
  test.skip(project.name !== 'webgpu', 'there is no device to refuse anything');
  const folder = models.folder(tinyModel());
  const seen = await page.evaluate(async (folder) => {
    const text = 'the tin '.repeat(7);
    const wanted = (await (await glasshouse.loadModel(folder, { backend: 'cpu' })).runWithCache(text)).logits.data;
    const model = await glasshouse.loadModel(folder);
    const changes: BackendReport[] = [];
    model.onBackendChange = (backend) => changes.push(backend);
    const before = model.backend.kind;
    await model.limitGpuMemory((await model.memory()).gpuBytes);
    const { logits } = await model.runWithCache(text, { hooks: ['blocks.*.attn.hook_pattern'] });
    const difference = logits.data.reduce((most, value, index) => Math.max(most, Math.abs(value - wanted[index]!)), 0);
    return { before, after: model.backend, changes, difference };
  }, folder);
  expect(seen.before).toBe('webgpu');
  expect(seen.after).toMatchObject({ kind: 'cpu', selfCheck: { ok: true } });
  expect(seen.after.selfCheck.reason).toMatch(/memory/);
  expect(seen.changes).toEqual([seen.after]);
  expect(seen.difference).toBe(0);
});

test('losing the device of a model on the CPU does nothing', async ({ page, models }) => {
  const kinds = await page.evaluate(async (folder) => {
    const model = await glasshouse.loadModel(folder, { backend: 'cpu' });
    await model.loseDevice();
    await model.runWithCache('the');
    return model.backend.kind;
  }, models.folder(tinyModel()));
  expect(kinds).toBe('cpu');
});

test('a folder\'s reference values prove the backend, and a backend that fails them is not trusted', async ({ page, models }, { project }) => {
  const tokens = [1, 2, 3];
  const hook = 'blocks.1.hook_resid_post';
  const right = await page.evaluate(
    async ({ folder, tokens, hook }) => {
      const model = await glasshouse.loadModel(folder, { backend: 'cpu' });
      const { data, shape } = (await model.runWithCache(tokens, { hooks: [hook] })).cache[hook]!;
      return { shape, data: [...data] };
    },
    { folder: models.folder(tinyModel()), tokens, hook },
  );
  const folder = (tensor: { shape: number[]; data: number[] }) =>
    models.folder(tinyModel().set('reference.json', utf8(JSON.stringify({ tokens, tolerance: 1e-3, activations: { [hook]: tensor } }))));
  const wrong = { ...right, data: right.data.map((value, index) => (index === 7 ? value + 1 : value)) };
  const [proved, failed] = await page.evaluate(
    (folders) => Promise.all(folders.map(async (folder) => (await glasshouse.loadModel(folder)).backend)),
    [folder(right), folder(wrong)],
  );
  expect(proved).toMatchObject({ kind: project.name, selfCheck: { ok: true, tolerance: 1e-3 } });
  expect(proved?.selfCheck.maxAbsDiff).toBeLessThan(1e-3);
  expect(failed).toMatchObject({ kind: 'cpu', selfCheck: { ok: false } });
  expect(failed?.selfCheck.maxAbsDiff).toBeGreaterThan(1e-3);
  if (project.name === 'webgpu') expect(failed?.selfCheck.reason).toMatch(/wrong numbers/);
});
