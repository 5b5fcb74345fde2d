// Bundles the page's code into Trunk's staging folder. Trunk runs it as a build hook.
import { build } from 'esbuild';
import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { manifest } from './elements.mjs';
import { LANGUAGES } from './pages.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const stage = process.env.TRUNK_STAGING_DIR;
if (!stage) throw new Error('TRUNK_STAGING_DIR is not set: run `cargo xtask build`.');
const release = process.env.TRUNK_PROFILE === 'release';
const v1 = join(stage, 'v1');

/** @type {import('esbuild').BuildOptions} */
const shared = {
  absWorkingDir: here,
  bundle: true,
  format: 'esm',
  target: ['es2022'],
  minify: release,
  sourcemap: release ? false : 'inline',
  legalComments: 'none', // THIRD_PARTY.md names what is bundled, and travels with the site
  outdir: v1,
  logLevel: 'warning',
};

// Each element is a chunk of its own, fetched only where its tag stands on the page, and so is each part of the worker
// that not every page needs. The chunks lie beside the worker, because whichever of them starts it finds it by its own
// address. The wasm modules beside it are imported when they are needed.
await build({
  ...shared,
  // The catalogues have names of their own, because the pages and their scripts ask for them, too.
  entryPoints: { glasshouse: 'src/glasshouse.ts', worker: 'src/engine/worker.ts', ...Object.fromEntries(Object.keys(LANGUAGES).map((code) => [`words-${code}`, `words/${code}.ts`])) },
  splitting: true,
  chunkNames: '[name]-[hash]',
  external: ['./engine.js', './toy-engine.js', './tokenizer.js'],
});

// The pages' own scripts, one for each file in src/site. What they take from the API is the script beside them, never a
// second copy of it, and so is the catalogue.
const scripts = (await readdir(join(here, 'src', 'site'))).filter((name) => name.endsWith('.ts'));
await build({
  ...shared,
  entryPoints: scripts.map((name) => join('src', 'site', name)),
  outdir: join(stage, 'site'),
  splitting: true,
  chunkNames: '[name]-[hash]',
  plugins: [{
    name: 'the script beside the site',
    setup: (plugin) => {
      plugin.onResolve({ filter: /\/glasshouse\.ts$/ }, () => ({ path: '../v1/glasshouse.js', external: true }));
      plugin.onResolve({ filter: /\/words\/[a-z]{2}\.ts$/ }, ({ path }) => ({ path: `../v1/words-${basename(path, '.ts')}.js`, external: true }));
    },
  }],
});

// What all pages share; www/finish.mjs writes the pages.
await cp(join(here, 'site'), join(stage, 'site'), { recursive: true });

await mkdir(v1, { recursive: true });
for (const types of ['glasshouse.d.ts', 'features.d.ts', 'othello.d.ts']) await cp(join(here, 'src', 'api', types), join(v1, types));
await writeFile(join(v1, 'custom-elements.json'), `${JSON.stringify(await manifest(), null, 1)}\n`);
await cp(join(here, '..', 'THIRD_PARTY.md'), join(stage, 'THIRD_PARTY.md'));
await cp(join(here, '..', 'docs', 'performance.md'), join(stage, 'site', 'performance.md'));
// The unversioned address, for examples that run beside the page.
await writeFile(join(stage, 'glasshouse.js'), "export * from './v1/glasshouse.js';\n");
await writeFile(join(stage, 'glasshouse.d.ts'), "export * from './v1/glasshouse.js';\n");
