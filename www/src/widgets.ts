/** Finds the glass-… tags of the page, those added later too, and fetches the code of those alone. */

const ELEMENTS: Readonly<Record<string, () => Promise<unknown>>> = {
  'glass-features': () => import('./widgets/glass-features/element.ts'),
  'glass-induction': () => import('./widgets/glass-induction/element.ts'),
  'glass-othello': () => import('./widgets/glass-othello/element.ts'),
  'glass-superposition': () => import('./widgets/glass-superposition/element.ts'),
};

const UNDEFINED = Object.keys(ELEMENTS).map((tag) => `${tag}:not(:defined)`).join(',');

function discover(root: Document | Element): void {
  const tags = [...root.querySelectorAll(UNDEFINED)].map(({ localName }) => localName);
  if (root instanceof Element && root.matches(UNDEFINED)) tags.push(root.localName);
  for (const tag of new Set(tags)) define(tag);
}

const asked = new Set<string>();

function define(tag: string): void {
  const fetchElement = ELEMENTS[tag];
  if (!fetchElement || asked.has(tag)) return;
  asked.add(tag);
  // Fails where the network does; the tag's fallback content stays, and the next tag of its kind tries again.
  fetchElement().catch((error: unknown) => {
    asked.delete(tag);
    console.error(`Glasshouse could not fetch the code of <${tag}>.`, error);
  });
}

/** Starts once per page, however often the script is included. */
export function watchPage(): void {
  discover(document);
  new MutationObserver((records) => {
    for (const { addedNodes } of records) {
      for (const node of addedNodes) if (node instanceof Element) discover(node);
    }
  }).observe(document.documentElement, { childList: true, subtree: true });
}
