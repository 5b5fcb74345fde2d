// The files in examples/, each opened as its reader would open it, on another origin than the site's.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { compile } from '@mdx-js/mdx';
import { build } from 'esbuild';
import { expect, test as base, type Locator, type Page } from '@playwright/test';
import { SiteServer } from './site_server.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url));

/** Puts a page on an origin of its own and opens it; the site's address takes the place of the one that stands for it. */
const test = base.extend<{ example: (file: string) => Promise<string>; open: (body: string, script?: string) => Promise<string[]> }>({
  example: async ({ baseURL }, use) => {
    await use(async (file) => (await readFile(EXAMPLES + file, 'utf8')).replaceAll('https://example.org/glasshouse/', baseURL ?? ''));
  },
  open: async ({ page }, use) => {
    const troubles: string[] = [];
    let post = '';
    let code = '';
    const server = createServer((request, response) => {
      if (request.url === '/app.js') response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(code);
      else response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(post);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await use(async (body, script = '') => {
      [post, code] = [body, script];
      page.on('pageerror', (error) => troubles.push(error.message));
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/post.html`);
      return troubles;
    });
    server.close();
  },
});

const run = promisify(execFile);
const isThere = (program: string): Promise<boolean> => run(program, ['--version']).then(() => true, () => false);

const page = (inside: string): string => `<!doctype html><meta charset="utf-8"><title>A post</title><main></main>${inside}`;

/** The fenced blocks of a Markdown file that begin so. */
const blocks = (text: string, opening: string): string[] => text.split(`\`\`\`${opening}\n`).slice(1).map((rest) => rest.split('\n```')[0]!);

async function works(page: Page, tag: string): Promise<Locator> {
  const element = page.locator(tag);
  await element.scrollIntoViewIfNeeded();
  await expect(element).toHaveAttribute('status', /ready|running/, { timeout: 60_000 });
  return element;
}

test('plain HTML: two elements and a number read from one', async ({ page, example, open }) => {
  const troubles = await open(await example('plain.html'));
  await works(page, 'glass-induction');
  await works(page, 'glass-superposition');
  await expect(page.locator('output')).toHaveText(/^0\.\d+$/);
  expect(troubles).toEqual([]);
});

test('Observable: the cells run in their order and display an element and its losses', async ({ page: browserPage, example, open }) => {
  const cells = blocks(await example('observable.md'), 'js');
  expect(cells).toHaveLength(2);
  // As the runtime does: cells share their names, and `display` shows a node or a text.
  const runtime = `const display = (value) => document.querySelector('main').append(value);\n${cells.join('\n')}`;
  const troubles = await open(page('<script type="module" src="/app.js"></script>'), runtime);
  await works(browserPage, 'glass-superposition');
  await expect(browserPage.getByText(/The losses after 200 steps: 0\.\d+, 0\.\d+/)).toBeVisible();
  expect(troubles).toEqual([]);
});

for (const [name, file, opening, tag] of [
  ['Quarto', 'quarto.qmd', '{=html}', 'glass-superposition'],
  ['Jupyter Book', 'jupyter-book.md', '{raw} html', 'glass-othello'],
] as const) {
  test(`${name}: the raw block, which goes into the page as it is`, async ({ page: browserPage, example, open }) => {
    const [block, ...others] = blocks(await example(file), opening);
    expect(others).toEqual([]);
    const troubles = await open(page(block!));
    await works(browserPage, tag);
    expect(troubles).toEqual([]);
  });
}

test('Quarto: pandoc, to which Quarto hands the file, builds the page, and the element works in it', async ({ page: browserPage, example, open }) => {
  test.skip(!(await isThere('pandoc')), 'pandoc is not on the PATH');
  const folder = await mkdtemp(join(tmpdir(), 'glasshouse-post-'));
  try {
    const post = join(folder, 'post.qmd');
    await writeFile(post, await example('quarto.qmd'));
    const { stdout } = await run('pandoc', ['--from', 'markdown', '--to', 'html5', '-s', post]);
    const troubles = await open(stdout);
    await expect(browserPage.getByRole('heading', { name: 'Superposition, in a Quarto post', level: 1 })).toBeVisible();
    await works(browserPage, 'glass-superposition');
    expect(troubles).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('React: bundled, it draws the element, hears its event and changes its state', async ({ page: browserPage, example, open }) => {
  const { outputFiles } = await build({
    stdin: { contents: await example('react.jsx'), loader: 'jsx', resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    bundle: true, format: 'esm', jsx: 'automatic', write: false, define: { 'process.env.NODE_ENV': '"production"' },
  });
  const troubles = await open(page('<script type="module" src="/app.js"></script>'), outputFiles[0]!.text);
  const element = await works(browserPage, 'glass-superposition');
  await expect(browserPage.getByText('The figure is drawn.')).toBeVisible();
  await element.evaluate((node) => node.toggleAttribute('data-same', true));
  await browserPage.getByLabel('How often each feature is on').selectOption('1');
  await expect(browserPage.locator('glass-superposition[data-same]')).toHaveAttribute('density', '1');
  const density = await element.evaluate(async (node) => (await (node as HTMLElement & { exportData(): Promise<{ settings: { density: number[] } }> }).exportData()).settings.density);
  expect(new Set(density)).toEqual(new Set([1]));
  expect(troubles).toEqual([]);
});

test('MDX: compiled by MDX itself and rendered by React, the tags in it are elements', async ({ page: browserPage, example, open }) => {
  const compiled = String(await compile(await example('post.mdx')));
  // What keeps bundlers from moving the script.
  expect(compiled).toContain('webpackIgnore: true');
  const resolveDir = fileURLToPath(new URL('.', import.meta.url));
  const { outputFiles } = await build({
    stdin: { contents: "import { createRoot } from 'react-dom/client';\nimport Post from 'post.mdx';\ncreateRoot(document.querySelector('main')).render(<Post />);", loader: 'jsx', resolveDir },
    bundle: true, format: 'esm', jsx: 'automatic', write: false, define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [{
      name: 'mdx',
      setup: (plugin) => {
        plugin.onResolve({ filter: /\.mdx$/ }, ({ path }) => ({ path, namespace: 'mdx' }));
        plugin.onLoad({ filter: /./, namespace: 'mdx' }, () => ({ contents: compiled, loader: 'js', resolveDir }));
      },
    }],
  });
  const troubles = await open(page('<script type="module" src="/app.js"></script>'), outputFiles[0]!.text);
  await expect(browserPage.getByRole('heading', { name: 'Five features, two dimensions', level: 1 })).toBeVisible();
  for (const [at, density] of [0.05, 1].entries()) {
    const element = browserPage.locator('glass-superposition').nth(at);
    await element.scrollIntoViewIfNeeded();
    await expect(element).toHaveAttribute('status', /ready|running/, { timeout: 60_000 });
    const found = await element.evaluate(async (node) => (await (node as HTMLElement & { exportData(): Promise<{ settings: { density: number[] } }> }).exportData()).settings.density);
    for (const one of found) expect(one).toBeCloseTo(density, 6);
  }
  expect(troubles).toEqual([]);
});

/** Tools of several hundred megabytes that nobody needs to install for these tests: where one is on the PATH, it builds its example. */
const TOOLS = [
  { name: 'Observable Framework', program: 'observable', example: 'observable.md', args: ['build'], files: (post: string) => ({ 'src/index.md': post }), built: 'dist', page: 'index.html', tag: 'glass-superposition' },
  {
    name: 'Jupyter Book 1', program: 'jupyter-book', example: 'jupyter-book.md', args: ['build', '.'],
    files: (post: string) => ({ 'post.md': post, '_config.yml': 'title: A book\n', '_toc.yml': 'format: jb-book\nroot: post\n' }), built: '_build/html', page: 'post.html', tag: 'glass-othello',
  },
] as const;

for (const { name, program, example: file, args, files, built, page: at, tag } of TOOLS) {
  test(`${name} itself builds its example, and the element works in what it builds`, async ({ page: browserPage, example }) => {
    test.skip(!(await isThere(program)), `${program} is not on the PATH`);
    test.setTimeout(300_000);
    const folder = await mkdtemp(join(tmpdir(), 'glasshouse-post-'));
    for (const [path, text] of Object.entries(files(await example(file)))) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    await run(program, args, { cwd: folder, env: { ...process.env, OBSERVABLE_TELEMETRY_DISABLE: 'true' } });
    const site = await SiteServer.start(join(folder, built));
    try {
      await browserPage.goto(new URL(at, site.origin).href);
      await works(browserPage, tag);
    } finally {
      await site.stop();
      await rm(folder, { recursive: true });
    }
  });
}
