// What `npm pack` makes of the repository: a package that needs nothing else, with types and a manifest that are true.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { DIST } from './site_server.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

interface Manifest {
  modules: { path: string; declarations: { tagName: string; attributes: { name: string; fieldName: string }[] }[] }[];
}

test('the package holds module, types, wasm, models and manifest, installs without scripts, and its types are found', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'glasshouse-package-'));
  // The tests have built the site; the script that would build it anew is left out.
  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], { cwd: ROOT });
  const packed = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }] | Record<string, { filename: string; files: { path: string }[] }>;
  const { filename, files } = Object.values(packed)[0]!;
  const paths = files.map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining([
    'package.json', 'README.md', 'LICENSE-MIT', 'LICENSE-APACHE', 'THIRD_PARTY.md', 'dist/v1/glasshouse.js', 'dist/v1/glasshouse.d.ts', 'dist/v1/worker.js',
    'dist/v1/engine_bg.wasm', 'dist/v1/toy-engine_bg.wasm', 'dist/v1/tokenizer_bg.wasm', 'dist/v1/custom-elements.json', 'dist/models/induction-2l/model.safetensors',
  ]));
  expect(paths.filter((path) => !/^(package\.json|README\.md|LICENSE.*|THIRD_PARTY\.md|dist\/(v1|models)\/.*)$/.test(path))).toEqual([]);

  const home = join(folder, 'node_modules', 'glasshouse');
  await mkdir(home, { recursive: true });
  await run('tar', ['-xzf', join(folder, filename), '--strip-components=1', '-C', home]);
  const { scripts, dependencies } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as { scripts: object; dependencies?: object };
  expect(Object.keys(scripts).filter((name) => /install/.test(name))).toEqual([]);
  expect(dependencies).toBeUndefined();
  await writeFile(join(folder, 'author.ts'), `import { loadModel, type Model } from 'glasshouse';\nexport const model: Promise<Model> = loadModel('models/');\n`);
  await run(join(ROOT, 'node_modules', '.bin', 'tsc'), ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2023,dom,dom.iterable', 'author.ts'], { cwd: folder });
  await rm(folder, { recursive: true });
});

test('the manifest names every attribute that the elements observe, and no other', async ({ page, baseURL }) => {
  const { modules } = JSON.parse(await readFile(join(DIST, 'v1', 'custom-elements.json'), 'utf8')) as Manifest;
  const declared = Object.fromEntries(modules[0]!.declarations.map(({ tagName, attributes }) => [tagName, attributes.map(({ name }) => name).sort()]));
  await page.route('**/bare.html', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Bare</title>' }));
  await page.goto(new URL('bare.html', baseURL).href);
  const observed = await page.evaluate(async ({ script, tags }) => {
    await import(script);
    document.body.append(...tags.map((tag) => document.createElement(tag)));
    const classes = await Promise.all(tags.map((tag) => customElements.whenDefined(tag)));
    return Object.fromEntries(classes.map((element, at) => [tags[at]!, [...(element as unknown as { observedAttributes: string[] }).observedAttributes].sort()]));
  }, { script: new URL('v1/glasshouse.js', baseURL).href, tags: Object.keys(declared) });
  expect(declared).toEqual(observed);
  expect(Object.keys(declared)).toHaveLength(4);
});
