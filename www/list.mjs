// Lists the files of a built site (site/files.json) and writes the service worker that keeps exactly these:
// `node www/list.mjs DIST` after anything in it was changed by hand.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { partsOf } from './parts.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const LIST = 'site/files.json';
const SERVICE_WORKER = 'service-worker.js';
const sha256 = (/** @type {string | Buffer} */ bytes) => createHash('sha256').update(bytes).digest('hex');

/** @param {string} site the folder of the built site @param {boolean} minify */
export async function list(site, minify) {
  const entries = await readdir(site, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => relative(site, join(entry.parentPath ?? entry.path, entry.name)).split(sep).join('/'))
    .filter((path) => path !== LIST && path !== SERVICE_WORKER)
    .sort();
  const files = await Promise.all(paths.map(async (path) => {
    const bytes = await readFile(join(site, path));
    return { path, bytes: bytes.length, sha256: sha256(bytes) };
  }));
  const code = await serviceWorker(minify);
  // Two builds are the same if every file is, and the keeper too: the browser takes a new one for an update.
  const id = sha256(files.map(({ path, sha256 }) => `${sha256}  ${path}\n`).join('') + sha256(code)).slice(0, 16);
  const text = JSON.stringify({ id, files, parts: partsOf(files) });
  await mkdir(join(site, 'site'), { recursive: true });
  await writeFile(join(site, LIST), `${text}\n`);
  await writeFile(join(site, SERVICE_WORKER), `const BUILD = ${text};\n${code}`);
}

/** @param {boolean} minify */
async function serviceWorker(minify) {
  const { outputFiles: [bundle] } = await build({
    absWorkingDir: here,
    entryPoints: ['src/service-worker/service-worker.ts'],
    bundle: true,
    format: 'iife',
    target: ['es2022'],
    minify,
    legalComments: 'none',
    logLevel: 'warning',
    write: false,
  });
  return bundle.text;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const site = process.argv[2];
  if (!site) throw new Error('Which site? node www/list.mjs DIST');
  await list(site, process.env.TRUNK_PROFILE === 'release');
}
