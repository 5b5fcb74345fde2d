// What the tests of <glass-features> share: an element on a bare page with the project's own model and dictionaries, and what it exports.
import type { Locator, Page } from '@playwright/test';
import type { GlassFeatures } from '../../www/src/widgets/glass-features/element.ts';
import { expect, test } from './glasshouse_page.ts';

export { expect, test };

interface Effect {
  id: number;
  text: string;
  logit: number;
}

interface Way {
  top: { id: number; text: string; prob: number }[];
  continuation: { id: number; text: string }[];
}

interface Metrics {
  l0: number;
  explainedVariance: number;
  lossRecoveredMean: number | null;
  lossRecoveredZero: number | null;
  dead: number | null;
}

/** What `exportData()` promises, as far as these tests read it. */
export interface Exported {
  settings: { position: number; feature: number; how: string; amount: number; temperature: number; seed: number };
  cut: boolean;
  tokens: { id: number; text: string; start: number; end: number }[];
  features: { token: number; index: number; activation: number }[];
  card: {
    index: number; density: number; maximum: number; histogram: number[]; topIs: string;
    top: { tokens: string[]; peak: number; activation: number; activations: number[]; source: { corpus: string; licence: string | null } | null }[];
    logitPositive: Effect[]; logitNegative: Effect[]; neighbours: { index: number; cosine: number }[]; neurons: { index: number; weight: number }[]; onThisText: number[];
  };
  metrics: Metrics & { control: Record<'pca' | 'neurons' | 'random' | 'untrained', Metrics | null>; l0OnThisText: number };
  steering: {
    feature: number; how: string; scale: number; before: Way; after: Way; randomControl: Way; norm: number;
    divergence: { after: number; random: { mean: number; p95: number; draws: number } };
    damage: { heldOutTokens: number; unsteered: { effect: number; loss: number }; steps: { scale: number; loss: number; effect: number; randomControl: { loss: number; effect: number } }[] };
  };
  live: { history: { step: number; explainedVariance: number; meanMaxCosine: number | null; control: { explainedVariance: number; meanMaxCosine: number | null } }[] } | null;
  backend: string;
  selfCheck: { ok: boolean };
}

export const HOOK = 'blocks.0.mlp.hook_post';
export const TEXT = 'Once upon a time there was a little girl who lived near the sea';

/** Puts an element on the page and waits until its picture stands, or until it says why there is none. */
export async function mount(page: Page, attributes: Record<string, string> = {}): Promise<Locator> {
  await page.evaluate(async (attributes) => {
    const element = document.createElement('glass-features');
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(Object.assign(document.createElement('p'), { textContent: 'A sentence for the meantime.' }));
    document.body.append(element);
    await customElements.whenDefined('glass-features');
    await element.ready.catch(() => {});
  }, attributes);
  return page.locator('glass-features').last();
}

export const exported = (element: Locator): Promise<Exported> => element.evaluate((node) => (node as GlassFeatures).exportData() as Promise<Exported>);

export const change = async (element: Locator, properties: Partial<Record<keyof GlassFeatures, string | number | null>>): Promise<void> => {
  await element.evaluate((node, values) => (Object.assign(node, values), (node as GlassFeatures).ready.catch(() => {})), properties);
};
