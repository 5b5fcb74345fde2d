// What crosses between the page and the worker about toy models that train there.
import type { LoadOptions } from '../api/glasshouse.d.ts';
import type {
  ExactControl, Interference, Outcome, Spread, SuperpositionDescription, SuperpositionParameters, SuperpositionReport, SuperpositionSettings, TrainedSlice,
} from './superposition.d.ts';

/** A question to a toy model; `toy` is the number that the page gave to it. */
export type ToyAsk =
  | { kind: 'toyOpen'; toy: number; settings: SuperpositionSettings; backend: NonNullable<LoadOptions['backend']> }
  /** Exactly so many further steps of every instance; `outcomes` asks what became of the last feature. */
  | { kind: 'toyTrain'; toy: number; steps: number; outcomes: boolean }
  | { kind: 'toyReport'; toy: number; instances: Uint32Array<ArrayBuffer> | null }
  | { kind: 'toyReset'; toy: number }
  | { kind: 'toyClose'; toy: number }
  | { kind: 'toyLoseDevice'; toy: number }
  | { kind: 'toyControls'; nFeatures: number; nHidden: number; unshared: number; density: Float32Array; importance: Float32Array; seed: number }
  | { kind: 'toyPhase'; nFeatures: number; density: Float32Array; importance: Float32Array }
  | { kind: 'toyGram'; w: Float32Array; w2: Float32Array | null; nFeatures: number }
  | { kind: 'toyInterference'; w: Float32Array; b: Float32Array; x: Float32Array; density: number };

export const isToyAsk = (ask: { kind: string }): ask is ToyAsk => ask.kind.startsWith('toy');

/** Parameters after a slice, with what the slice did. */
export interface Slice extends TrainedSlice, SuperpositionParameters {
  outcome: Outcome[] | null;
  /** Time that the engine took, without the waiting in line. */
  tookMs: number;
}

/** What the same numbers come to without training: by chance, by the best linear model, by formula. */
export interface Controls {
  /** Unit vectors in random directions. */
  random: { dimensionality: Spread; superposition: Spread };
  /** `unshared` features, the most important, without any superposition, at each density: of a model that reconstructs, its principal components. */
  linear: { density: number; loss: number; represented: number }[];
  exact: ExactControl;
  /** The loss at each density where nothing at all is stored. */
  nothingStored: { density: number; loss: number }[];
}

export interface ToyAnswers {
  toyOpen: SuperpositionDescription;
  toyTrain: Slice;
  toyReport: SuperpositionReport;
  toyReset: null;
  toyClose: null;
  toyLoseDevice: null;
  toyControls: Controls;
  toyPhase: { outcome: Outcome[]; loss: number[] };
  /** `[feature read, feature on]` */
  toyGram: Float32Array;
  toyInterference: Interference;
}
