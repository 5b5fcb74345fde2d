// What a screen reader has to say: of the part that has the focus, from Chromium's own accessibility tree, and of live regions as they change.
import type { CDPSession, Locator, Page } from '@playwright/test';

interface Property {
  readonly name: string;
  readonly value: { readonly value?: unknown };
}

interface Node {
  readonly nodeId: string;
  readonly parentId?: string;
  readonly ignored: boolean;
  readonly role?: { readonly value: string };
  readonly name?: { readonly value: string };
  readonly description?: { readonly value: string };
  readonly value?: { readonly value: string | number };
  readonly properties?: readonly Property[];
}

/** Parts whose names are said when one comes into them. */
const CONTAINERS: Readonly<Record<string, string>> = {
  region: 'region', group: 'group', radiogroup: 'radio group', listbox: 'list box', grid: 'grid', figure: 'figure', form: 'form', table: 'table',
};

/** Roles as they are said, where that is another word. */
const SAID: Readonly<Record<string, string>> = { textbox: 'edit', gridcell: 'cell', spinbutton: 'number field', DisclosureTriangle: 'disclosure', combobox: 'combo box', radio: 'radio button' };

/** The place of the focus, inside of shadow roots too. */
const FOCUSED = `(() => { let at = document.activeElement; while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement; return at; })()`;

const tidy = (text: string | number | null | undefined): string => String(text ?? '').replace(/\s+/g, ' ').trim();

/** The beginning of a long text, addresses without this machine's ports. */
const shortened = (text: string): string => {
  const plain = text.replace(/http:\/\/127\.0\.0\.1:\d+/g, 'https://…');
  return plain.length > 60 ? `${plain.slice(0, 60)}…` : plain;
};

function states(node: Node): string[] {
  const given = new Map((node.properties ?? []).map(({ name, value }) => [name, value.value]));
  const said: string[] = [];
  const either = (name: string, yes: string, no: string | null) => {
    const value = given.get(name);
    if (value === true || value === 'true') said.push(yes);
    else if (no !== null && (value === false || value === 'false')) said.push(no);
  };
  const [on, off] = node.role?.value === 'switch' ? (['on', 'off'] as const) : (['checked', 'not checked'] as const);
  either('pressed', 'pressed', 'not pressed');
  either('checked', on, off);
  either('expanded', 'expanded', 'collapsed');
  either('selected', 'selected', null);
  either('disabled', 'unavailable', null);
  either('invalid', 'invalid', null);
  return said;
}

/** One ear: hears where the focus goes, and what is announced. */
export class ScreenReader {
  #inside: readonly string[] = [];
  #around: readonly string[] = [];
  #heard = 0;

  private constructor(private readonly page: Page, private readonly session: CDPSession) {}

  /** Listens to everything inside of `element`. */
  static async listen(page: Page, element: Locator): Promise<ScreenReader> {
    await element.evaluate((node) => {
      const announced: string[] = [];
      (globalThis as unknown as { announced: string[] }).announced = announced;
      const LIVE = '[role=status], [role=alert], [aria-live=polite], [aria-live=assertive], output';
      const last = new WeakMap<Element, string>();
      const say = (region: Element) => {
        if (region.closest('[aria-live=off], [hidden]')) return;
        const text = (region.textContent ?? '').replace(/\s+/g, ' ').trim();
        if (text !== '' && text !== last.get(region)) announced.push(text);
        last.set(region, text);
      };
      const root = node.shadowRoot!;
      root.querySelectorAll(LIVE).forEach((region) => last.set(region, (region.textContent ?? '').replace(/\s+/g, ' ').trim()));
      new MutationObserver((records) => {
        const changed = new Set<Element>();
        for (const { target, addedNodes } of records) {
          const region = (target instanceof Element ? target : target.parentElement)?.closest(LIVE);
          if (region) changed.add(region);
          // A status that comes with its words is silent; an alert is not.
          for (const added of addedNodes) {
            if (!(added instanceof Element)) continue;
            for (const found of [added, ...added.querySelectorAll('[role=alert]')]) if (found.matches('[role=alert]')) changed.add(found);
          }
        }
        changed.forEach(say);
      }).observe(root, { subtree: true, childList: true, characterData: true });
    });
    const session = await page.context().newCDPSession(page);
    await session.send('Accessibility.enable');
    return new ScreenReader(page, session);
  }

  /** What is said of the focus; parts that one has come into since `stay` are named first. Null where nothing has the focus. */
  async focus(): Promise<string | null> {
    const { result } = await this.session.send('Runtime.evaluate', { expression: FOCUSED });
    const { objectId } = result;
    if (!objectId || result.className === 'HTMLBodyElement') return null;
    const { nodes } = (await this.session.send('Accessibility.getPartialAXTree', { objectId, fetchRelatives: true })) as { nodes: Node[] };
    const [self] = nodes;
    if (!self) return null;
    const byId = new Map(nodes.map((node) => [node.nodeId, node]));
    const around: string[] = [];
    for (let at = byId.get(self.parentId ?? ''); at; at = byId.get(at.parentId ?? '')) {
      const word = CONTAINERS[at.role?.value ?? ''];
      const name = tidy(at.name?.value);
      if (word !== undefined && name !== '' && !at.ignored) around.unshift(`${name}, ${word}`);
    }
    const entered = around.filter((part) => !this.#inside.includes(part));
    this.#around = around;
    const place = await this.#place(objectId);
    const role = self.role?.value ?? '';
    const name = tidy(self.name?.value);
    const description = tidy(self.description?.value);
    const own = [name || '(no name)', SAID[role] ?? CONTAINERS[role] ?? role, ...states(self), ...place.words, shortened(place.value ?? tidy(self.value?.value)), description === name ? '' : description];
    return [...entered, own.filter((part) => part !== '').join(', ')].join('. ');
  }

  /** The parts around the focus are known from now on. */
  stay(): void {
    this.#inside = this.#around;
  }

  /** What the tree of the protocol leaves out: rows, columns, and the words of a value. */
  async #place(objectId: string): Promise<{ words: string[]; value: string | null }> {
    const { result } = await this.session.send('Runtime.callFunctionOn', {
      objectId, returnByValue: true,
      functionDeclaration: `function () { return {
        words: this.getAttribute('role') === 'gridcell' ? ['row ' + this.parentElement.ariaRowIndex, 'column ' + this.ariaColIndex] : [],
        value: this.ariaValueText ?? (this.type === 'range' ? this.value : null),
      }; }`,
    });
    return result.value as { words: string[]; value: string | null };
  }

  /** What was announced since `hush`. */
  async announcements(): Promise<string[]> {
    return (await this.#announced()).slice(this.#heard);
  }

  /** What was announced until now is of no interest any more. */
  async hush(): Promise<void> {
    this.#heard = (await this.#announced()).length;
  }

  #announced(): Promise<string[]> {
    return this.page.evaluate(() => (globalThis as unknown as { announced: string[] }).announced);
  }
}
