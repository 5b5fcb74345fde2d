// Weighs a built site and writes site/sizes.json: what a reader's browser fetches, compressed as a good host would, and what a
// model weighs on disk, each beside its budget. `cargo xtask check` holds it to them; numbers.html shows them.
import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress } from 'node:zlib';

const BUDGET_BYTES = { page: 40_000, worker: 5_000, 'engine_bg.wasm': 300_000, 'toy-engine_bg.wasm': 150_000, 'tokenizer_bg.wasm': 650_000, model: 6_000_000 };
/** The wasm modules' glue counts with them. */
const GLUE = /(^|\/)(engine|toy-engine|tokenizer)\.js$/;

/** @param {string} site the folder of the built site @param {boolean} release code that is not minified is not weighed */
export async function weigh(site, release) {
  const rows = [...(release ? await code(join(site, 'v1')) : []), ...(await models(join(site, 'models')))];
  await writeFile(join(site, 'site', 'sizes.json'), `${JSON.stringify({ release, rows }, null, 1)}\n`);
}

/** @param {string} v1 */
async function code(v1) {
  const entry = join(v1, 'glasshouse.js');
  const always = await closure(entry);
  const page = await total(always);
  const widgets = await Promise.all((await imports(entry, /import\("([^"]+)"\)/g)).map(async (widget) =>
    total(new Set([...(await closure(widget))].filter((file) => !always.has(file))))));
  const wasm = /** @type {const} */ (['engine_bg.wasm', 'toy-engine_bg.wasm', 'tokenizer_bg.wasm']);
  return [
    { what: 'glasshouse.js and the largest widget, brotli', bytes: page + Math.max(0, ...widgets), budget: BUDGET_BYTES.page },
    { what: 'worker.js, brotli', bytes: await total(await closure(join(v1, 'worker.js'))), budget: BUDGET_BYTES.worker },
    ...(await Promise.all(wasm.map(async (file) => ({ what: `${file}, brotli`, bytes: await brotli(join(v1, file)), budget: BUDGET_BYTES[file] })))),
  ];
}

/** @param {string} folder */
async function models(folder) {
  const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
  return Promise.all(names.map(async (name) => {
    const files = await readdir(join(folder, name));
    const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, name, file))).size));
    return { what: `models/${name}, on disk`, bytes: sizes.reduce((sum, size) => sum + size, 0), budget: BUDGET_BYTES.model };
  }));
}

/**
 * A module with all that it imports at once.
 * @param {string} file @param {Set<string>} files
 */
export async function closure(file, files = new Set()) {
  if (files.has(file)) return files;
  files.add(file);
  for (const imported of await imports(file, /(?:from|import)\s*"([^"]+)"/g)) await closure(imported, files);
  return files;
}

/** @param {string} file @param {RegExp} how */
export async function imports(file, how) {
  const found = [...(await readFile(file, 'utf8')).matchAll(how)].map(([, name = '']) => name);
  return found.filter((name) => /^\.\.?\//.test(name) && !GLUE.test(name)).map((name) => normalize(join(dirname(file), name)));
}

/** @param {Set<string>} files */
async function total(files) {
  const sizes = await Promise.all([...files].map(brotli));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Node's default is the quality that good hosts store with, 11. @param {string} file */
async function brotli(file) {
  return (await promisify(brotliCompress)(await readFile(file))).length;
}
