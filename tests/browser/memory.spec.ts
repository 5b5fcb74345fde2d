// Loading and disposing again and again does not grow: not the engine's memory, not the GPU's buffers, not the workers.
import { expect, test } from './glasshouse_page.ts';
import { tinyModel } from './tiny_model.ts';

test('200 models loaded, run and disposed of leave nothing behind', async ({ page, models }) => {
  test.setTimeout(300_000);
  const started: string[] = [];
  page.on('worker', (worker) => started.push(worker.url()));
  const seen = await page.evaluate(async (folder) => {
    const once = async () => {
      const model = await glasshouse.loadModel(folder);
      await model.runWithCache('the tin', { hooks: ['blocks.*.attn.hook_pattern'] });
      const memory = await model.memory();
      model.dispose();
      return memory;
    };
    // The first rounds fill the pools that the others use again.
    for (let round = 0; round < 10; round += 1) await once();
    const before = await once();
    for (let round = 0; round < 190; round += 1) await once();
    return { before, after: await once() };
  }, models.folder(tinyModel()));
  expect(seen.before).toMatchObject({ models: 1, workers: 1 });
  expect(seen.after).toEqual(seen.before);
  expect(started).toHaveLength(1);
  expect(page.workers()).toHaveLength(1);
});

test('a disposed model gives its GPU buffers back', async ({ page, models }, { project }) => {
  const seen = await page.evaluate(async (folder) => {
    const kept = await glasshouse.loadModel(folder, { backend: 'cpu' });
    const alone = await kept.memory();
    const model = await glasshouse.loadModel(folder);
    await model.runWithCache('the tin');
    const both = await kept.memory();
    model.dispose();
    return { alone, both, after: await kept.memory() };
  }, models.folder(tinyModel()));
  expect(seen.both.models).toBe(2);
  expect(seen.after.models).toBe(1);
  if (project.name === 'webgpu') expect(seen.both.gpuBuffers).toBeGreaterThan(seen.after.gpuBuffers);
  else expect(seen.both.gpuBuffers).toBe(0);
});
