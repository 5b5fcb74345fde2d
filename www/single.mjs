// Writes each widget's page as one file that opens by a double click: `node www/single.mjs DIST OUT [HOME] [--language de]`.
// Engine, models and code lie inside; the bundled code asks for them by the site's addresses, and its `fetch` and its way
// to start a worker are exchanged for ones that look into the page (src/single-file). HOME is where the site itself can be
// found, for the embed lines; nothing is ever fetched from there.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { LANGUAGES, catalogueOf, spokenOf } from './pages.mjs';
import { translated } from './texts.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/** The pages, and the parts of the site that each carries (parts.mjs). */
const PAGES = {
  induction: ['glass-induction'],
  superposition: ['glass-superposition'],
  othello: ['glass-othello'],
  features: ['glass-features', 'models/stories-sae-x16/'],
};

const { positionals, values: { language } } = parseArgs({ allowPositionals: true, options: { language: { type: 'string', default: 'en' } } });
const [site, out, home = 'https://example.org/glasshouse/'] = positionals;
if (!site || !out) throw new Error('Which site, and where to? node www/single.mjs DIST OUT [HOME] [--language de]');
if (!/^https?:\/\/.*\/$/.test(home)) throw new Error(`${home} is no address of a site: it begins with https:// and ends in "/".`);
if (language !== 'en' && !(language in LANGUAGES)) throw new Error(`There is no catalogue for “${language}”.`);
const extension = language === 'en' ? 'html' : `${language}.html`;

/** @type {{ id: string, files: { path: string }[], parts: { name: string, files: string[] }[] }} */
const list = JSON.parse(await readFile(join(site, 'site', 'files.json'), 'utf8'));
const worker = await bundle("import './src/engine/worker.ts';", 'src/single-file/fetch-worker.ts');
await mkdir(out, { recursive: true });
for (const [name, parts] of Object.entries(PAGES)) {
  const page = join(out, `${name}.${extension}`);
  const text = await single(name, parts);
  await writeFile(page, text);
  console.log(`${page}: ${(Buffer.byteLength(text) / 1e6).toFixed(1)} MB`);
}

/** @param {string} name @param {string[]} parts */
async function single(name, parts) {
  const page = await readFile(join(site, `${name}.${extension}`), 'utf8');
  const sources = [...page.matchAll(/<script type="module" src="\.\/(v1\/glasshouse|site\/[^"]+)\.js"><\/script>/g)].map(([, source]) => source);
  // A file keeps itself without a service worker.
  const entries = sources.filter((source) => source !== 'site/keep').map((source) => `import './src/${source.replace('v1/', '')}.ts';`);
  const code = await bundle(entries.join('\n'), 'src/single-file/fetch-page.ts');
  const wanted = new Set(list.parts.filter((part) => part.name === 'site' || parts.includes(part.name)).flatMap(({ files }) => files));
  const folders = [...wanted].filter((path) => /^models\/.*\.(safetensors|bin)$/.test(path)).map((path) => path.slice(0, path.lastIndexOf('/') + 1));
  // Of the pages' own part only what lies beside these models: their configs and cards.
  const inside = [...wanted].filter((path) => /\.wasm$/.test(path) || folders.some((folder) => path.startsWith(folder))).filter((path) => !path.endsWith('.md'));
  const data = await Promise.all(inside.map(async (path) => `<script type="application/octet-stream" data-file="${path}">${await base64(path)}</script>`));

  const alone = translated(await readFile(join(here, 'site', 'alone.html'), 'utf8'), language === 'en' ? {} : await catalogueOf(language));
  const words = language === 'en' ? [] : [`<script type="application/json" data-catalogue>${JSON.stringify(await spokenOf(language)).replaceAll('<', '\\u003c')}</script>`];

  const style = `\n${await readFile(join(site, 'site', 'site.css'), 'utf8')}`;
  const hash = (/** @type {string} */ text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const policy = [
    "default-src 'none'", `script-src ${hash(code)} 'wasm-unsafe-eval'`, 'worker-src blob:', `style-src ${hash(style)}`,
    'img-src data: blob:', "base-uri 'none'", "form-action 'none'",
  ].join('; ');
  const icon = `data:image/svg+xml;base64,${await base64('site/icon.svg')}`;
  const flat = page
    .replaceAll(/ *<script type="module"[^>]*><\/script>\n/g, '')
    .replaceAll(/ *<meta http-equiv="Content-Security-Policy"[^>]*>\n/g, '')
    .replace('<meta charset="utf-8" />', (charset) => `${charset}\n    <meta http-equiv="Content-Security-Policy" content="${policy}" />`)
    .replace(/<link rel="stylesheet" href="\.\/site\/site\.css" \/>/, () => `<style>${style}</style>`)
    .replaceAll('./site/icon.svg', icon)
    .replaceAll(/ *<link rel="(alternate|modulepreload)"[^>]*>\n/g, '')
    .replaceAll(/<a class="language".*?<\/a>/g, '')
    .replaceAll(/\s*<li><a href="\.\/([\w-]+)\.[^"]*html"[^>]*>[^<]*<\/a><\/li>/g, (item, other) => (other in PAGES ? item : ''))
    .replaceAll(/<a\b([^>]*) href="\.\/([^"]*)"([^>]*)>(.*?)<\/a>/gs, (link, before, to, after, text) =>
      Object.keys(PAGES).some((other) => to.startsWith(`${other}.${extension}`)) ? link : `<span${before}${after}>${text}</span>`)
    .replace('</footer>', () => ` ${alone.trim()} Version ${list.id}.</footer>`)
    .replace('</body>', () => [
      ...data, ...words, `<script type="text/plain" data-worker>${inert(worker)}</script>`, `<script>${inert(code)}</script>`, '</body>',
    ].join('\n'));
  const stray = /(?:src|href)="(?!#|data:|https?:|\.\/(?:induction|superposition|othello|features)\.[^"]*html)[^"]*"/.exec(flat.replaceAll(/<script[\s>][\s\S]*?<\/script>/g, ''));
  if (stray) throw new Error(`${name}.${extension} still points out of itself: ${stray[0]}`);
  return flat;
}

/** @param {string} path in the site */
async function base64(path) {
  return (await readFile(join(site, path))).toString('base64');
}

/** Code that can stand in a page: nothing in it ends the script. @param {string} code */
function inert(code) {
  if (/<\/script|<!--/i.test(code)) throw new Error('The code has a piece that would end its script element.');
  return code;
}

/** @param {string} entry @param {string} fetch the module that takes the place of `fetch` */
async function bundle(entry, fetch) {
  const { outputFiles: [code] } = await build({
    absWorkingDir: here,
    stdin: { contents: entry, resolveDir: here },
    bundle: true,
    format: 'iife',
    target: ['es2022'],
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    write: false,
    define: { HOME: JSON.stringify(home), 'import.meta.url': JSON.stringify(`${home}v1/glasshouse.js`) },
    inject: [join(here, fetch)],
    plugins: [{
      name: 'a page that is alone',
      setup(plugin) {
        plugin.onResolve({ filter: /\/spawn\.ts$/ }, () => ({ path: join(here, 'src', 'single-file', 'spawn.ts') }));
        plugin.onResolve({ filter: /\/catalogue\.ts$/ }, () => ({ path: join(here, 'src', 'single-file', 'catalogue.ts') }));
        plugin.onResolve({ filter: /^\.\/(engine|toy-engine|tokenizer)\.js$/ }, ({ path }) => ({ path: resolve(site, 'v1', path) }));
      },
    }],
  });
  return code.text;
}
