// What each widget fetches until its first picture stands, in bytes: the front page's cards say it. Code and wasm count as a good
// host compresses them, models as they lie on the disk. The browser tests hold the list to what a browser fetches.
import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import { closure, imports } from './weigh.mjs';

const MODEL = ['config.json', 'model.safetensors', 'means.safetensors', 'reference.json', 'tokenizer.json'];
const DICTIONARY = ['cfg.json', 'sae_weights.safetensors', 'evaluation.json', 'features.json', 'features.bin'];

/**
 * Beside the element and the worker with all that they import at once: chunks that they import when they are wanted, wasm
 * modules, and files of model folders (those that there are).
 * @type {Readonly<Record<string, { chunks: string[], wasm: string[], models: Record<string, string[]> }>>}
 */
const NEEDS = {
  'glass-induction': {
    chunks: ['lesson-texts'], wasm: ['engine', 'tokenizer'],
    models: { 'induction-2l': MODEL, 'induction-1l': MODEL.filter((file) => file !== 'tokenizer.json') },
  },
  'glass-superposition': { chunks: ['toys', 'geometry', 'paint', 'lesson', 'suited', 'spoken'], wasm: ['toy-engine'], models: {} },
  'glass-othello': {
    chunks: ['othello', 'below'], wasm: ['engine'],
    models: { othello: MODEL, 'othello-probes': ['config.json', 'model.safetensors', 'accuracy.json', 'interventions.json'] },
  },
  'glass-features': {
    chunks: ['features', 'saes', 'below', 'sizes'], wasm: ['engine', 'tokenizer'],
    models: { stories: MODEL, 'stories-sae-x4': DICTIONARY },
  },
};

/**
 * Writes site/downloads.json, and the sizes into the cards.
 * @param {string} site the folder of the built site @param {boolean} release others are compressed in a hurry
 */
export async function countDownloads(site, release) {
  const elements = await elementsOf(join(site, 'v1'));
  /** @type {Record<string, { bytes: number, files: string[] }>} */
  const downloads = {};
  for (const [tag, needs] of Object.entries(NEEDS)) {
    const code = await codeOf(join(site, 'v1'), elements[tag] ?? '', needs.chunks);
    const wasm = needs.wasm.flatMap((name) => [`${name}.js`, `${name}_bg.wasm`]).map((name) => join(site, 'v1', name));
    const models = [];
    for (const [folder, wanted] of Object.entries(needs.models)) {
      const there = await readdir(join(site, 'models', folder));
      models.push(...wanted.filter((name) => there.includes(name)).map((name) => join(site, 'models', folder, name)));
    }
    const sizes = await Promise.all([...[...code, ...wasm].map((file) => compressed(file, release)), ...models.map(async (file) => (await stat(file)).size)]);
    downloads[tag] = {
      bytes: sizes.reduce((sum, size) => sum + size, 0),
      files: [...code, ...wasm, ...models].map((file) => relative(site, file).split(sep).join('/')).sort(),
    };
  }
  await writeFile(join(site, 'site', 'downloads.json'), `${JSON.stringify(downloads, null, 1)}\n`);
  for (const front of (await readdir(site)).filter((name) => /^index(\.[a-z]+)?\.html$/.test(name))) {
    const html = await readFile(join(site, front), 'utf8');
    const language = front === 'index.html' ? 'en' : front.split('.')[1];
    await writeFile(join(site, front), html.replace(/(data-download="([^"]+)">)[^<]*/g, (_, opening, tag) => {
      const found = downloads[tag];
      if (!found) throw new Error(`${front} names the size of ${tag}, of which nothing is known.`);
      return `${opening}${megabytes(found.bytes, language)}`;
    }));
  }
}

/** @param {number} bytes @param {string | undefined} language */
const megabytes = (bytes, language) => `${(bytes / 1e6).toLocaleString(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 })}\u00a0MB`;

/** Which chunk is which element's, by the tag that it defines. @param {string} v1 */
async function elementsOf(v1) {
  /** @type {Record<string, string>} */
  const elements = {};
  for (const name of (await readdir(v1)).filter((name) => /^element-.*\.js$/.test(name))) {
    const [, tag] = /customElements\.define\(["']([a-z-]+)["']/.exec(await readFile(join(v1, name), 'utf8')) ?? [];
    if (tag) elements[tag] = join(v1, name);
  }
  return elements;
}

/**
 * The page's entry, an element and the worker, with what they import at once and of what they import later the chunks named.
 * @param {string} v1 @param {string} element @param {readonly string[]} chunks
 */
async function codeOf(v1, element, chunks) {
  /** @type {Set<string>} */
  const files = new Set();
  for (const entry of [join(v1, 'glasshouse.js'), element, join(v1, 'worker.js')]) await closure(entry, files);
  for (const file of [...files]) {
    // The entry's own are the elements, which count by themselves.
    if (basename(file) === 'glasshouse.js') continue;
    for (const later of await imports(file, /import\("([^"]+)"\)/g)) {
      if (chunks.some((name) => basename(later).startsWith(`${name}-`))) await closure(later, files);
    }
  }
  return [...files];
}

/** @param {string} file @param {boolean} well */
async function compressed(file, well) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: well ? constants.BROTLI_MAX_QUALITY : 4 };
  return (await promisify(brotliCompress)(await readFile(file), { params })).length;
}
