// The texts of an HTML page: where each stands, and how a translation takes its place. A text is what a block holds, with the
// tags inside it numbered: `Here is <0>an opening</0>.` So a translation can move a link, but not change where it leads.
import { parseFragment, parse } from 'parse5';

/** The opening and the closing tag; a void one, or a whole piece that no translation changes, has no closing. @typedef {[string, string]} Tag */
/** A piece of the source, and what is written there. @typedef {{ start: number, end: number, key: string, tags: Tag[] | null }} Text */
/** @typedef {import('parse5').DefaultTreeAdapterTypes.Element} Element */
/** @typedef {import('parse5').DefaultTreeAdapterTypes.ChildNode} Node */

/** Not for reading, or the same in every language. */
const SKIPPED = new Set(['script', 'style', 'pre', 'svg', 'textarea']);
/** Attributes that a reader sees or hears. */
const SAID = ['alt', 'aria-label', 'data-says', 'placeholder', 'title'];

const squeezed = (/** @type {string} */ text) => text.replaceAll(/\s+/g, ' ').trim();

/** The texts of a page or of a piece of one, in their order. @param {string} html @returns {Text[]} */
export function textsOf(html) {
  const options = { sourceCodeLocationInfo: true };
  const tree = /^\s*<!doctype/i.test(html) ? parse(html, options) : parseFragment(html, options);
  /** @type {Text[]} */
  const texts = [];
  for (const node of tree.childNodes) collect(node, html, texts);
  return texts.sort((a, b) => a.start - b.start);
}

/** @param {Node} node @param {string} html @param {Text[]} texts */
function collect(node, html, texts) {
  if (!('tagName' in node) || SKIPPED.has(node.tagName)) return;
  attributes(node, html, texts);
  if (node.childNodes.some((child) => child.nodeName === '#text' && 'value' in child && /\p{L}/u.test(child.value))) {
    const text = inside(node, html);
    if (text) texts.push(text);
    for (const element of below(node)) attributes(element, html, texts);
  } else for (const child of node.childNodes) collect(child, html, texts);
}

/** @param {Element} element @param {string} html @param {Text[]} texts */
function attributes(element, html, texts) {
  for (const { name, value } of element.attrs) {
    const described = element.tagName === 'meta' && name === 'content' && element.attrs.some((other) => other.name === 'name' && other.value === 'description');
    if (!(SAID.includes(name) || described) || value.trim() === '') continue;
    const place = element.sourceCodeLocation?.attrs?.[name];
    if (!place) continue;
    const start = html.indexOf('"', place.startOffset) + 1;
    texts.push({ start, end: place.endOffset - 1, key: squeezed(html.slice(start, place.endOffset - 1)), tags: null });
  }
}

/** @param {Element} element @returns {Element[]} */
function below(element) {
  return element.childNodes.flatMap((child) => ('tagName' in child ? [child, ...below(child)] : []));
}

/** What stands between an element's tags. @param {Element} element @param {string} html @returns {Text | null} */
function inside(element, html) {
  const place = element.sourceCodeLocation;
  if (!place?.startTag || !place.endTag) return null;
  /** @type {Tag[]} */
  const tags = [];
  const key = squeezed(element.childNodes.map((child) => numbered(child, html, tags)).join(''));
  return { start: place.startTag.endOffset, end: place.endTag.startOffset, key, tags };
}

/** @param {Node} node @param {string} html @param {Tag[]} tags @returns {string} */
function numbered(node, html, tags) {
  const place = node.sourceCodeLocation;
  if (!place) return '';
  if (!('tagName' in node)) return node.nodeName === '#text' ? html.slice(place.startOffset, place.endOffset) : '';
  const at = tags.length;
  const { startTag, endTag } = /** @type {Element} */ (node).sourceCodeLocation ?? {};
  if (!startTag || !endTag || SKIPPED.has(node.tagName) || node.tagName === 'code') {
    tags.push([html.slice(place.startOffset, place.endOffset), '']);
    return `<${at}/>`;
  }
  tags.push([html.slice(startTag.startOffset, startTag.endOffset), html.slice(endTag.startOffset, endTag.endOffset)]);
  return `<${at}>${node.childNodes.map((child) => numbered(child, html, tags)).join('')}</${at}>`;
}

/** The numbered tags of a text, so that two can be compared. @param {string} text */
export const tagsOf = (text) => (text.match(/<\/?\d+\/?>/g) ?? []).sort().join(' ');

/**
 * The page in another language; texts that the catalogue lacks stay as they are.
 * @param {string} html @param {Readonly<Record<string, string>>} catalogue
 */
export function translated(html, catalogue) {
  // Attributes first: a text is then put together from tags whose own words are translated.
  const attributes = replaced(html, catalogue, ({ tags }) => tags === null);
  return replaced(attributes, catalogue, ({ tags }) => tags !== null);
}

/** @param {string} html @param {Readonly<Record<string, string>>} catalogue @param {(text: Text) => boolean} wanted */
function replaced(html, catalogue, wanted) {
  let result = html;
  // From the end, so that places before stay where they are.
  for (const { start, end, key, tags } of textsOf(html).filter(wanted).reverse()) {
    const translation = catalogue[key]?.replaceAll(/<(\/?)(\d+)\/?>/g, (_, closing, at) => tags?.[at]?.[closing ? 1 : 0] ?? '');
    if (translation !== undefined) result = result.slice(0, start) + translation + result.slice(end);
  }
  return result;
}
