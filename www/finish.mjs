// Trunk's post-build hook: gives the wasm modules their public names, optimises those of a release build, writes the pages in
// every language, and lists the files.
// wasm-opt takes minutes, so its output is kept by the hash of its input and flags.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { countDownloads } from './downloads.mjs';
import { list } from './list.mjs';
import { writePages } from './pages.mjs';
import { protect } from './policy.mjs';
import { weigh } from './weigh.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stage = process.env.TRUNK_STAGING_DIR ?? '';
const v1 = join(stage, 'v1');
const cache = join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'wasm-opt');
// -O2 compresses as well as -Oz here and takes a fifth of the time. The features are those rustc emits, and SIMD.
const flags = [
  '-O2', '--strip-debug', '--strip-producers', '--enable-simd', '--enable-bulk-memory', '--enable-multivalue',
  '--enable-mutable-globals', '--enable-nontrapping-float-to-int', '--enable-reference-types', '--enable-sign-ext',
];

await Promise.all(['engine', 'toy-engine', 'tokenizer'].map(finish));
await writePages(stage);
await protect(stage);
await weigh(stage, process.env.TRUNK_PROFILE === 'release');
await countDownloads(stage, process.env.TRUNK_PROFILE === 'release');
// Last of all: nothing that is listed changes after it.
await list(stage, process.env.TRUNK_PROFILE === 'release');

/** @param {string} name */
async function finish(name) {
  const [built, wasm] = [`glasshouse-${name}`, join(v1, `${name}_bg.wasm`)];
  const glue = await readFile(join(v1, `${built}.js`), 'utf8');
  await writeFile(join(v1, `${name}.js`), glue.replaceAll(`${built}_bg.wasm`, `${name}_bg.wasm`));
  await rm(join(v1, `${built}.js`));
  await rename(join(v1, `${built}_bg.wasm`), wasm);
  if (process.env.TRUNK_PROFILE === 'release') await optimise(name, wasm);
}

/** @param {string} name @param {string} wasm */
async function optimise(name, wasm) {
  const binaryen = createRequire(import.meta.url).resolve('binaryen/package.json');
  const { version } = JSON.parse(await readFile(binaryen, 'utf8'));
  const key = createHash('sha256').update(await readFile(wasm)).update([version, ...flags].join(' ')).digest('hex');
  const kept = join(cache, `${name}-${key.slice(0, 24)}.wasm`);
  await mkdir(cache, { recursive: true });
  try {
    await copyFile(kept, wasm);
  } catch {
    console.log(`wasm-opt ${name}: a minute or more, once per change`);
    const script = join(dirname(binaryen), 'bin', 'wasm-opt');
    await promisify(execFile)(process.execPath, [script, wasm, '-o', `${kept}.tmp`, ...flags]);
    await rename(`${kept}.tmp`, kept);
    await copyFile(kept, wasm);
  }
}
