// What the tests of <glass-induction> share: an element on a bare page, with a small random model unless a test says otherwise.
import type { Locator, Page } from '@playwright/test';
import type { GlassInduction } from '../../www/src/widgets/glass-induction/element.ts';
import { expect, test } from './glasshouse_page.ts';
import type { ModelServer } from './model_server.ts';
import { tinyModel } from './tiny_model.ts';

export { expect, test };

/** What `exportData()` promises, as far as these tests read it. */
export interface Exported {
  settings: Record<string, unknown>;
  backend: string;
  selfCheck: { ok: boolean };
  model: { address: string };
  textCut: boolean;
  tokens: { id: number; text: string; start: number | null; end: number | null }[];
  nextTokenProb: (number | null)[];
  baseline: (number | null)[];
  ablated: { layer: number; head: number; how: string }[];
  ablatedNextTokenProb: (number | null)[] | null;
  ablationControl: { ablated: { layer: number; head: number; how: string }[]; nextTokenProb: (number | null)[] } | null;
  twinNextTokenProb: (number | null)[] | null;
  untrainedNextTokenProb: (number | null)[];
  heads: ({ layer: number; head: number; control: { untrained: Scores; random95: Scores } } & Scores)[];
  top: { id: number; token: string; prob: number }[];
  position: number;
  attention: { layer: number; head: number; data: number[][] };
}

interface Scores {
  previousToken: number;
  duplicateToken: number;
  induction: number;
}

export const TEXT = 'the tin the tin and the';

/** Puts an element on the page and waits until it is ready, or until it says that it is not. */
export async function mount(page: Page, attributes: Record<string, string>, settled = true): Promise<Locator> {
  await page.evaluate(async ({ attributes, settled }) => {
    const element = document.createElement('glass-induction');
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(Object.assign(document.createElement('p'), { textContent: 'A sentence for the meantime.' }));
    document.body.append(element);
    if (!settled) return;
    await customElements.whenDefined('glass-induction');
    await element.ready.catch(() => {});
  }, { attributes, settled });
  return page.locator('glass-induction').last();
}

/** The small model as both model and twin. */
export function tiny(models: ModelServer, more: Record<string, string> = {}): Record<string, string> {
  const folder = models.folder(tinyModel());
  return { text: TEXT, model: folder, twin: folder, ...more };
}

/** The tokens that can be picked. */
export const tokensOf = (element: Locator): Locator => element.getByRole('listbox').getByRole('option');

export const exported = (element: Locator): Promise<Exported> =>
  element.evaluate((node) => (node as GlassInduction).exportData() as Promise<Exported>);

/** Once the page has the code of the element, and its picture stands. */
export const settled = (element: Locator): Promise<void> =>
  element.evaluate(async (node) => {
    await customElements.whenDefined(node.localName);
    await (node as GlassInduction).ready;
  });

export const change = async (element: Locator, properties: Partial<Record<keyof GlassInduction, string | number | null>>): Promise<void> => {
  await element.evaluate((node, values) => (Object.assign(node, values), (node as GlassInduction).ready), properties);
};

/** Softmax probabilities that runWithCache's logits give to each next token: the numbers by another way. */
export const expectedProbs = (page: Page, folder: string, ids: number[], edits: object[]): Promise<(number | null)[]> =>
  page.evaluate(async ({ folder, ids, edits }) => {
    const model = await glasshouse.loadModel(folder);
    const { logits } = await model.runWithCache(ids, { edits: edits as never });
    model.dispose();
    const [, vocabulary = 0] = logits.shape;
    return ids.map((_, position) => {
      const next = ids[position + 1];
      if (next === undefined) return null;
      const row = logits.data.subarray(position * vocabulary, (position + 1) * vocabulary);
      const most = Math.max(...row);
      return Math.exp(row[next]! - most) / row.reduce((sum, logit) => sum + Math.exp(logit - most), 0);
    });
  }, { folder, ids, edits });

export function expectClose(given: readonly (number | null)[] | null, wanted: readonly (number | null)[]): void {
  expect(given).toHaveLength(wanted.length);
  wanted.forEach((value, index) => {
    const other = given?.[index] ?? null;
    if (value === null) expect(other).toBeNull();
    else expect(Math.abs((other ?? Number.NaN) - value)).toBeLessThan(1e-5);
  });
}
