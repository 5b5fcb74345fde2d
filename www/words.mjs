// Keeps the catalogues (www/words): `node www/words.mjs` reads every text that a reader can see out of the sources, writes the
// English catalogue, and names what a translation lacks; with `--check` it writes nothing, and fails if anything is not as it should be.
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { LANGUAGES, pageNames } from './pages.mjs';
import { tagsOf, textsOf } from './texts.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const checks = process.argv.includes('--check');
/** @type {string[]} */
const troubles = [];

/** Texts with the file where each first stands, by part of the catalogue. @type {Map<string, Map<string, string>>} */
const parts = new Map(['shared', 'site', 'glass-features', 'glass-induction', 'glass-othello', 'glass-superposition'].map((name) => [name, new Map()]));

/** @param {string} part @param {string} text @param {string} file */
function add(part, text, file) {
  const texts = parts.get(part) ?? new Map();
  parts.set(part, texts);
  if (!texts.has(text)) texts.set(text, file);
}

const sources = (await readdir(join(here, 'src'), { recursive: true })).map((path) => `src/${path.split(sep).join('/')}`).filter((path) => /(?<!\.d)\.ts$/.test(path));
for (const file of sources.sort()) {
  const part = /^src\/(?:widgets\/(glass-[a-z]+)|(site))\//.exec(file);
  for (const text of codeTexts(file, await readFile(join(here, file), 'utf8'))) add(part?.[1] ?? part?.[2] ?? 'shared', text, file);
}
for (const name of await pageNames()) {
  for (const { key } of textsOf(await readFile(join(here, `${name}.html`), 'utf8'))) add(`page-${name}`, key, `${name}.html`);
}
for (const name of ['header.html', 'alone.html']) {
  for (const { key } of textsOf(await readFile(join(here, 'site', name), 'utf8'))) add('pages', key, `site/${name}`);
}

/** The texts in a file's t`…` and say`…`. @param {string} file @param {string} source */
function codeTexts(file, source) {
  /** @type {string[]} */
  const texts = [];
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const visit = (/** @type {ts.Node} */ node) => {
    if (ts.isTaggedTemplateExpression(node) && ts.isIdentifier(node.tag) && ['t', 'say'].includes(node.tag.text)) {
      const { template } = node;
      const text = ts.isNoSubstitutionTemplateLiteral(template) ? template.text
        : template.head.text + template.templateSpans.map(({ literal }, at) => `{${at}}${literal.text}`).join('');
      const { line } = tree.getLineAndCharacterOfPosition(node.getStart());
      if (text.includes('\n')) troubles.push(`${file}:${line + 1}: a text is one line, as a translator sees it.`);
      else if (/[<>]/.test(text.replaceAll('< ', '').replaceAll('> ', ''))) troubles.push(`${file}:${line + 1}: tags are values of say\`…\`, not part of its text.`);
      texts.push(text);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return texts;
}

const valuesOf = (/** @type {string} */ text) => (text.match(/\{\d+\}/g) ?? []).sort().join(' ');

/** @param {string} path @returns {Promise<Record<string, string>>} */
const read = async (path) => JSON.parse(await readFile(path, 'utf8').catch(() => '{}'));

for (const [part, texts] of parts) {
  const english = Object.fromEntries([...texts].map(([text, file]) => [text, relative('src', file).split(sep).join('/').replace('../', '')]));
  const written = `${JSON.stringify(english, null, 1)}\n`;
  const path = join(here, 'words', 'en', `${part}.json`);
  if (!checks) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, written);
  } else if (written !== (await readFile(path, 'utf8').catch(() => ''))) troubles.push(`words/en/${part}.json is not what the sources say: run \`node www/words.mjs\`.`);
  for (const language of Object.keys(LANGUAGES)) {
    const file = `words/${language}/${part}.json`;
    const catalogue = await read(join(here, file));
    const missing = [...texts.keys()].filter((text) => !catalogue[text]);
    if (missing.length > 0) troubles.push(`${file} lacks ${missing.length} of ${texts.size} texts:${missing.map((text) => `\n  ${JSON.stringify(text)}`).join('')}`);
    for (const [text, translation] of Object.entries(catalogue)) {
      if (!texts.has(text)) troubles.push(`${file} has a text that no source has: ${JSON.stringify(text)}`);
      else if (valuesOf(text) !== valuesOf(translation) || tagsOf(text) !== tagsOf(translation)) troubles.push(`${file}: other values or tags than in the English text: ${JSON.stringify(translation)}`);
    }
  }
}
// A language is one catalogue for the code: a text that two rooms share has one translation.
for (const language of Object.keys(LANGUAGES)) {
  /** @type {Map<string, [string, string]>} */
  const seen = new Map();
  for (const part of [...parts.keys()].filter((name) => !name.startsWith('page'))) {
    for (const [text, translation] of Object.entries(await read(join(here, 'words', language, `${part}.json`)))) {
      const before = seen.get(text);
      if (before && before[1] !== translation) troubles.push(`words/${language}: ${JSON.stringify(text)} is translated in two ways, in ${before[0]} and in ${part}.`);
      seen.set(text, [part, translation]);
    }
  }
}

for (const trouble of troubles) console.log(trouble);
const count = [...parts.values()].reduce((sum, texts) => sum + texts.size, 0);
console.log(`${count} texts in ${parts.size} parts; ${troubles.length} troubles (${basename(fileURLToPath(import.meta.url))})`);
if (checks && troubles.length > 0) process.exitCode = 1;
