// What the page asks about the features of an SAE, and what the worker answers.
import type { FeatureCard, FeatureEffect, FeatureNeighbour, Push, SteerReport, SweepReport } from '../api/features.d.ts';
import type { UsedSae } from './sae-protocol.ts';

/** Which SAE of which model: `hook` is where it sits. */
export interface Where {
  model: number;
  saes: readonly [UsedSae];
  hook: string;
  d_sae: number;
}

export type FeatureAsk = Where & (
  | { kind: 'featureCard'; feature: number; k: number }
  | { kind: 'featureNeighbours'; feature: number; k: number }
  | { kind: 'featurePromoting'; token: number; k: number }
  | { kind: 'featureTexts'; ids: readonly number[] }
  | { kind: 'featureSteer'; push: Push; tokens: readonly number[]; length: number; temperature: number; seed: number; draws: number }
  | {
      kind: 'featureSweep'; pushes: readonly Push[]; tokens: readonly number[]; heldOut: readonly (readonly number[])[];
      wanted: readonly number[]; seed: number;
    }
);

export const isFeatureAsk = (ask: { kind: string }): ask is FeatureAsk => ask.kind.startsWith('feature');

export interface FeatureAnswers {
  featureCard: FeatureCard;
  featureNeighbours: FeatureNeighbour[];
  featurePromoting: FeatureEffect[];
  featureTexts: (string | null)[];
  featureSteer: SteerReport;
  featureSweep: SweepReport;
}
