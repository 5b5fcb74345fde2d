/** What is shown of a text and one feature: pure functions from numbers to numbers. */
import type { FeatureCard, FeatureEffect, FeatureNeighbour, Push, SteerReport, SweepReport } from '../../api/features.d.ts';
import type { BackendReport, TopFeatures } from '../../api/glasshouse.d.ts';
import type { Token } from '../../marks/token-text.ts';
import type { Evaluation, Firing, Passages } from './cards.ts';
import type { Sizes } from './sizes.ts';

/** A text as the dictionary reads it. */
export interface Reading {
  readonly tokens: readonly Token[];
  readonly cut: boolean;
  /** `[pos, k]`; features below the k strongest of a token are not known. */
  readonly top: TopFeatures;
}

/** One computed state: a text, a token of it, a feature. */
export interface View extends Reading {
  readonly position: number;
  readonly feature: number;
  readonly count: number;
  /** Numbers in a direction. */
  readonly width: number;
  readonly hook: string;
  readonly card: FeatureCard;
  /** From the folder. */
  readonly firing: Firing | null;
  readonly passages: Passages | null;
  readonly evaluation: Evaluation | null;
  /** The text of every token of the passages. */
  readonly texts: ReadonlyMap<number, string>;
  readonly push: Push;
  readonly temperature: number;
  readonly seed: number;
  readonly backend: BackendReport;
}

/** What comes after the first picture: each is there once it was computed. */
export interface More {
  readonly sizes: Sizes | null;
  readonly neighbours: readonly FeatureNeighbour[] | null;
  readonly steering: SteerReport | null;
  readonly sweep: SweepReport | null;
  readonly error: string;
}

export const NOTHING_MORE: More = { sizes: null, neighbours: null, steering: null, sweep: null, error: '' };

export interface Active {
  readonly index: number;
  readonly activation: number;
}

/** The features that fire at a token, the strongest first. */
export function activeAt({ top }: Reading, position: number): Active[] {
  const k = top.shape[1] ?? 0;
  return Array.from({ length: k }, (_, rank) => ({ index: top.indices[position * k + rank] ?? 0, activation: top.values[position * k + rank] ?? 0 })).filter(({ activation }) => activation > 0);
}

/** A feature over the whole text. */
export const overText = (reading: Reading, feature: number): number[] =>
  reading.tokens.map((_, position) => activeAt(reading, position).find(({ index }) => index === feature)?.activation ?? 0);

/** Features that fire on a token of the text, and how strongly at most. */
export function firingOn(reading: Reading, id: number): Active[] {
  const strongest = new Map<number, number>();
  reading.tokens.forEach((token, position) => {
    if (token.id !== id) return;
    for (const { index, activation } of activeAt(reading, position)) strongest.set(index, Math.max(activation, strongest.get(index) ?? 0));
  });
  return [...strongest].map(([index, activation]) => ({ index, activation })).sort((a, b) => b.activation - a.activation);
}

/** How many features fire at a token, over the text; the token put before it is left out, as when the SAE was measured. */
export function meanL0(reading: Reading): number {
  const counts = reading.tokens.map((_, position) => activeAt(reading, position).length).slice(1);
  return counts.length === 0 ? 0 : counts.reduce((sum, count) => sum + count, 0) / counts.length;
}

/** The largest activation known: on held-out text, or else in this text. */
export const maximumOf = (firing: Firing | null, reading: Reading, feature: number): number =>
  (firing && firing.maximum > 0 ? firing.maximum : Math.max(0, ...overText(reading, feature)));

export interface Found {
  readonly text: string;
  readonly token: number;
  readonly promoting: readonly FeatureEffect[];
  readonly peaking: readonly { readonly index: number; readonly passages: number; readonly activation: number }[];
  readonly here: readonly Active[];
}
