// Finishes the pages of a built site: puts in what all of them share (site/head.html, site/header.html), and writes each in
// every language that has a catalogue, as othello.de.html beside othello.html: `node www/pages.mjs DIST` after a page was changed.
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { protect } from './policy.mjs';
import { translated } from './texts.mjs';

const here = dirname(fileURLToPath(import.meta.url));
/** The languages beside English, in their own words. @type {Readonly<Record<string, string>>} */
export const LANGUAGES = { de: 'Deutsch' };

/** What stands for the shared parts in the sources. */
const SHARED = { '<!-- head -->': 'head.html', '<!-- header -->': 'header.html' };

/** What the front page tells Trunk. */
const TRUNK = /^ *<link data-trunk [^>]*>\n/gm;

/** The English page with its shared parts. @param {string} name without its extension @param {string} html */
export async function whole(name, html) {
  for (const [place, file] of Object.entries(SHARED)) {
    const indent = new RegExp(`^( *)${place}$`, 'm').exec(html)?.[1];
    if (indent === undefined) continue;
    const part = (await readFile(join(here, 'site', file), 'utf8')).trimEnd().replaceAll(/\n(?=.)/g, `\n${indent}`);
    html = html.replace(place, () => part);
  }
  return html.replace(`<li><a href="./${name}.html">`, `<li><a href="./${name}.html" aria-current="page">`);
}

/** The texts of the pages. @param {string} language */
export const catalogueOf = (language) => catalogued(language, (part) => part.startsWith('page'));

/** The texts of the elements and of the pages' scripts. @param {string} language */
export const spokenOf = (language) => catalogued(language, (part) => !part.startsWith('page'));

/** @param {string} language @param {(part: string) => boolean} wanted */
async function catalogued(language, wanted) {
  const folder = join(here, 'words', language);
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json') && wanted(file));
  const parts = await Promise.all(files.map(async (file) => JSON.parse(await readFile(join(folder, file), 'utf8'))));
  return /** @type {Record<string, string>} */ (Object.assign({}, ...parts));
}

/** The names of the pages. */
export const pageNames = async () => (await readdir(here)).filter((file) => file.endsWith('.html')).map((file) => file.slice(0, -'.html'.length)).sort();

/** The same page in the other languages, for readers and for search engines. @param {string} name @param {string} language */
function others(name, language) {
  const pages = { en: ['English', `${name}.html`], ...Object.fromEntries(Object.entries(LANGUAGES).map(([code, own]) => [code, [own, `${name}.${code}.html`]])) };
  const rest = Object.entries(pages).filter(([code]) => code !== language);
  return {
    // Asked for at once: everything that says something waits for it.
    links: [...(language === 'en' ? [] : [`<link rel="modulepreload" href="./v1/words-${language}.js" />`]), ...rest.map(([code, [, file]]) => `<link rel="alternate" hreflang="${code}" href="./${file}" />`)].join('\n    '),
    choices: rest.map(([code, [own, file]]) => `<a class="language" href="./${file}" lang="${code}" hreflang="${code}">${own}</a>`).join(' '),
  };
}

/** @param {string} html @param {string} name @param {string} language */
function withOthers(html, name, language) {
  const { links, choices } = others(name, language);
  return html.replace('<!-- other languages -->', () => links).replace('<!-- languages -->', () => choices);
}

/** @param {string} site the folder of the built site */
export async function writePages(site) {
  const names = await pageNames();
  const catalogues = await Promise.all(Object.keys(LANGUAGES).map(async (language) => /** @type {const} */ ([language, await catalogueOf(language)])));
  for (const name of names) {
    const html = await whole(name, (await readFile(join(here, `${name}.html`), 'utf8')).replaceAll(TRUNK, ''));
    for (const [language, catalogue] of catalogues) {
      const page = translated(html, catalogue)
        .replace('<html lang="en">', `<html lang="${language}">`)
        .replaceAll(new RegExp(`(href="\\./)(${names.join('|')})\\.html`, 'g'), `$1$2.${language}.html`);
      await writeFile(join(site, `${name}.${language}.html`), withOthers(page, name, language));
    }
    await writeFile(join(site, `${name}.html`), withOthers(html, name, 'en'));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const site = process.argv[2];
  if (!site) throw new Error('Which site? node www/pages.mjs DIST');
  await writePages(site);
  await protect(site);
}
