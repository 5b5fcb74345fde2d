// The script on a page of another origin: a blog that embeds a widget, a notebook that calls the API.
import { expect, test } from './blog.ts';
import { callApiFrom } from './glasshouse_page.ts';
import { tinyModel } from './tiny_model.ts';

test('a page of another origin runs the engine in its own worker, on the same backend as at home', async ({ page, blog, models, baseURL }, { project }) => {
  await page.goto(await blog());
  await callApiFrom(page, baseURL ?? '');
  const seen = await page.evaluate(async (folder) => {
    const model = await glasshouse.loadModel(folder);
    const run = await model.runWithCache('the tin');
    return { kind: model.backend.kind, tokens: run.tokens.length, memory: await model.memory() };
  }, models.folder(tinyModel()));
  expect(seen).toMatchObject({ kind: project.name, tokens: 5, memory: { models: 1, workers: 1 } });
  expect(page.workers().map((worker) => new URL(worker.url()).protocol)).toEqual(['blob:']);
});

test('a post with the script tag and two widgets shows both, from one worker and one copy of the model', async ({ page, blog, models, baseURL }, { project }) => {
  const folder = models.folder(tinyModel());
  const tag = `<glass-induction model="${folder}" text="the tin the tin">Fallback sentence.</glass-induction>`;
  await page.goto(await blog({ body: `<script type="module" src="${new URL('v1/glasshouse.js', baseURL).href}"></script>${tag}<p>Words.</p>${tag}` }));
  const widgets = page.locator('glass-induction');
  await expect(widgets).toHaveCount(2);
  for (const widget of await widgets.all()) {
    await widget.scrollIntoViewIfNeeded();
    await expect(widget).toHaveAttribute('status', 'ready', { timeout: 90_000 });
    await expect(widget).toHaveAttribute('data-backend', project.name);
  }
  expect(page.workers()).toHaveLength(1);
  expect(models.asks(`${folder}model.safetensors`)).toBe(1);
});

test('at home the worker has its own address, so a policy without blob: does not stand in the way', async ({ page, models, baseURL }) => {
  const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src *";
  await page.route('**/strict.html', (route) =>
    route.fulfill({ contentType: 'text/html', headers: { 'Content-Security-Policy': policy }, body: '<!doctype html><title>Strict</title>' }),
  );
  await page.goto(new URL('strict.html', baseURL).href);
  await callApiFrom(page, baseURL ?? '');
  const tokens = await page.evaluate(async (folder) => (await (await glasshouse.loadModel(folder)).runWithCache('the')).tokens.length, models.folder(tinyModel()));
  expect(tokens).toBe(3);
  expect(page.workers().map((worker) => new URL(worker.url()).pathname)).toEqual([expect.stringMatching(/\/v1\/worker\.js$/)]);
});

test('where a policy forbids the worker, the error says that the engine could not be started', async ({ page, blog, models, baseURL }) => {
  await page.goto(await blog({ headers: { 'Content-Security-Policy': "worker-src 'none'" } }));
  await callApiFrom(page, baseURL ?? '');
  const refused = await page.evaluate((folder) => refusal(() => glasshouse.loadModel(folder)), models.folder(tinyModel()));
  expect(refused.code).toBe('engine-unavailable');
});

test('a sandboxed frame, which has no origin of its own, runs the engine too', async ({ page, blog, models, baseURL }) => {
  const address = await blog();
  await page.goto(address);
  await page.setContent(`<iframe sandbox="allow-scripts" src="${address}"></iframe>`);
  const frame = page.frames().find((candidate) => candidate !== page.mainFrame());
  const tokens = await frame?.evaluate(
    async ({ script, folder }) => {
      const { loadModel } = (await import(script)) as typeof glasshouse;
      return (await (await loadModel(folder)).runWithCache('the')).tokens.length;
    },
    { script: new URL('glasshouse.js', baseURL).href, folder: models.folder(tinyModel()) },
  );
  expect(tokens).toBe(3);
});
