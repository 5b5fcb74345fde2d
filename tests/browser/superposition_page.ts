// What the tests of <glass-superposition> share: an element on a bare page, and what it exports.
import type { Locator, Page } from '@playwright/test';
import type { GlassSuperposition } from '../../www/src/widgets/glass-superposition/element.ts';
import { expect, test } from './glasshouse_page.ts';

export { expect, test };

export interface Instance {
  sparsity: number;
  density: number;
  seed: number;
  loss: number | null;
  expectedLoss?: number;
  W: number[][];
  b: number[];
  norms: number[];
  dimensionality: number[];
  superposition: number[];
  frobeniusSq: number;
  dimensionsPerFeature: number | null;
  represented: number;
  geometry: string;
  diverged: boolean;
}

/** What `exportData()` promises, as far as these tests read it. */
export interface Exported {
  settings: Record<string, unknown> & { n: number; m: number; sparsity: number[]; importance: number[] | number[][]; seed: number; steps: number; batch: number };
  notes: string[];
  backend: string;
  selfCheck: { ok: boolean; maxAbsDiff: number; tolerance: number; reason?: string };
  step: number;
  instances: Instance[];
  control: {
    random: { dimensionality: { mean: number; p95: number }; superposition: { mean: number } };
    linear: { models: { density: number; loss: number }[] } | null;
    exact: { droppedLoss: number[]; nothingStored: { density: number; loss: number }[]; kgon: { k: number; loss: number }[]; dimensionality: Record<string, number> };
    untrained: { loss: number }[];
  };
  grid?: { sparsity: number; importance: number; outcome: string | null; exactOutcome: string; loss: number; exactLoss: number; seed: number }[];
  agreement?: number;
  interference?: { input: number[]; hidden: number[]; before: number[]; biased: number[]; after: number[] };
}

export type Properties = Partial<Record<keyof GlassSuperposition, string | number | boolean | null>>;

/** Puts an element on the page and waits until its picture stands, or until it says why there is none. */
export async function mount(page: Page, attributes: Record<string, string> = {}): Promise<Locator> {
  await page.evaluate(async (attributes) => {
    const element = document.createElement('glass-superposition');
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(Object.assign(document.createElement('p'), { textContent: 'A sentence for the meantime.' }));
    document.body.append(element);
    await customElements.whenDefined('glass-superposition');
    await element.ready.catch(() => {});
  }, attributes);
  return page.locator('glass-superposition').last();
}

export const train = (element: Locator, steps: number): Promise<number> =>
  element.evaluate((node, steps) => (node as GlassSuperposition).train(steps), steps);

export const exported = (element: Locator): Promise<Exported> =>
  element.evaluate((node) => (node as GlassSuperposition).exportData() as Promise<Exported>);

/** Once the page has the code of the element, and its picture stands or says why there is none. */
export const settled = (element: Locator): Promise<void> =>
  element.evaluate(async (node) => {
    await customElements.whenDefined(node.localName);
    await (node as GlassSuperposition).ready.catch(() => {});
  });

export const stepOf = (element: Locator): Promise<number> => element.evaluate((node) => (node as GlassSuperposition).training.step);

export const change = async (element: Locator, properties: Properties): Promise<void> => {
  await element.evaluate((node, values) => (Object.assign(node, values), (node as GlassSuperposition).ready.catch(() => {})), properties);
};

/** Small and quick: two seeds of five features. */
export const SMALL = { instances: '2', batch: '64' };

/** The same models, whatever trained them: losses within the tolerance of the self-check. */
export function expectSameModels(given: Exported, wanted: Exported, tolerance: number): void {
  expect(given.step).toBe(wanted.step);
  expect(given.instances).toHaveLength(wanted.instances.length);
  given.instances.forEach((instance, index) => {
    const other = wanted.instances[index]!;
    expect(instance.seed).toBe(other.seed);
    expect(Math.abs(instance.loss! - other.loss!)).toBeLessThanOrEqual(tolerance);
    instance.W.flat().forEach((weight, at) => expect(Math.abs(weight - other.W.flat()[at]!)).toBeLessThanOrEqual(100 * tolerance));
  });
}
