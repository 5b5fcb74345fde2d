// A page in the language of the tests (www/words/pseudo.ts): its texts run from right to left, and what was written past the catalogue does not.
import type { Locator, Page } from '@playwright/test';

/** Gives every page of the site the language of the tests. */
export async function turn(page: Page): Promise<void> {
  await page.route(/\.html(\?|$)/, async (route) => {
    const response = await route.fetch();
    const html = await response.text();
    await route.fulfill({ response, body: html.replace('<html lang="en">', '<html lang="ar-XB" dir="rtl">') });
  });
}

/** What a model reads or writes, what a reader typed, and what a folder or the engine says in English. */
const SPARED = 'bdi, .token, .mono, code, pre, textarea, input, [lang=en], option[value*="/"], style, slot';
/** Sources of passages, and what a dictionary's folder says of a row. */
const OWN_TITLES = 'li, tr';

/** Texts with words in them that a reader sees or hears in an element, or in a part of a page, and that did not come from a catalogue. */
export function unturned(element: Locator): Promise<string[]> {
  return element.evaluate((host, [spared, ownTitles]) => {
    // Names, units, hooks and squares are the same in every language, and so is the name of a processor.
    const names = /Glasshouse|WebGPU|CPU|ReLU|BatchTopK|TopK|TransformerLens|SAELens|AdamW?|JSON|CSV|SVG|PNG|kB|MB|px|ms|log10|cos|BOS|SAE|PCA|blocks\.[a-z0-9._]+|(one thread|\d+ threads), \d+-bit SIMD|\b[a-h][1-8]\b/g;
    const left = (text: string): boolean => !text.includes('\u202e') && /\p{L}{2}/u.test(text.replaceAll(names, ''));
    const found = new Set<string>();
    const visible = (node: Element): boolean => node.checkVisibility({ visibilityProperty: true });
    const look = (node: Node): void => {
      if (node instanceof Element) {
        if (node.matches(spared) || !visible(node)) return;
        for (const name of ['aria-label', 'title', 'placeholder', 'aria-valuetext', 'aria-description', 'alt']) {
          const value = node.getAttribute(name);
          if (value && left(value) && !(name === 'title' && node.matches(ownTitles))) found.add(`${name}: ${value}`);
        }
      }
      if (node.nodeType === Node.TEXT_NODE && left(node.textContent ?? '')) found.add((node.textContent ?? '').replaceAll(/\s+/g, ' ').trim());
      for (const child of node.childNodes) look(child);
    };
    look(host.shadowRoot ?? host);
    return [...found];
  }, [SPARED, OWN_TITLES] as const);
}

/** Pairs of controls that lie over each other, and what runs over the edge of the element. */
export function collisions(element: Locator): Promise<string[]> {
  return element.evaluate((host) => {
    const found: string[] = [];
    const name = (node: Element): string => `${node.tagName.toLowerCase()} ${(node.getAttribute('aria-label') ?? node.textContent ?? '').trim().slice(0, 40)}`;
    for (const row of host.shadowRoot?.querySelectorAll('.row, .segments') ?? []) {
      const boxes = [...row.children].filter((child) => child.checkVisibility() && !child.matches('.spoken')).map((child) => [child, child.getBoundingClientRect()] as const);
      for (const [at, [a, left]] of boxes.entries()) {
        for (const [b, right] of boxes.slice(at + 1)) {
          const across = Math.min(left.right, right.right) - Math.max(left.left, right.left);
          const down = Math.min(left.bottom, right.bottom) - Math.max(left.top, right.top);
          if (across > 2 && down > 2) found.push(`${name(a)} | ${name(b)}`);
        }
      }
    }
    return found;
  });
}
