// What crates/toy-engine computes of toy models of superposition, and what the worker asks of it.
import type { BackendReport } from '../api/glasshouse.d.ts';

/** Instances of one toy model, trained together. Arrays `[instance]` have one entry for each of them. */
export interface SuperpositionSettings {
  nFeatures: number;
  nHidden: number;
  activation: 'relu' | 'linear';
  task: 'reconstruct' | 'absolute';
  /** Whether the decoder is the transpose of the encoder. */
  tied: boolean;
  correlation: 'none' | 'correlated' | 'anticorrelated';
  /** 0 draws a fresh batch at each step; T > 0 trains on the same T samples, all of them at each step. */
  samples: number;
  batch: number;
  learningRate: number;
  weightDecay: number;
  /** Steps over which the learning rate rises to its value. */
  warmup: number;
  /** Draws of initial weights that race for every model: the one with the smallest loss after 200 steps goes on. */
  starts: number;
  /** `[instance]`, p = 1 − S: how often a feature is on. */
  density: Float32Array;
  /** `[instance, feature]` */
  importance: Float32Array;
  /** `[instance]` */
  seeds: Uint32Array;
}

export interface SuperpositionDescription {
  backend: BackendReport;
  parameters: number;
  /** What was clamped or split, as sentences. */
  notes: string[];
}

/** What one slice of training did. */
export interface TrainedSlice {
  step: number;
  /** `[instance]`, of the batches, averaged over the slice. */
  loss: Float32Array;
  /** `[instance]`, 1 where the loss was no number any more and the instance was stopped. */
  diverged: Uint8Array;
}

/** `w` is `[instance, hidden, feature]`, `w2` (an untied decoder) `[instance, feature, hidden]`, `b` `[instance, feature]`. */
export interface SuperpositionParameters {
  w: Float32Array;
  w2: Float32Array | null;
  b: Float32Array;
}

export type Polytope = 'dedicated' | 'antipodal pair' | 'triangle' | 'tetrahedron' | 'pentagon' | 'square antiprism' | 'unequal pair' | 'other';

/** Features that share dimensions with each other and with no other. */
export interface FeatureGroup {
  features: number[];
  kind: Polytope;
  /** Dimensionality of each feature in the ideal figure; null where there is none. */
  exact: number | null;
  /** Mean dimensionality of these features. */
  measured: number;
}

export interface InstanceReport {
  density: number;
  seed: number;
  /** Which of its draws of initial weights it began with: the one that won the race. */
  start: number;
  loss: number;
  /** Its expectation, exact: for up to three independent features that pass through a ReLU. */
  expectedLoss?: number;
  /** `[hidden][feature]` */
  W: number[][];
  /** `[feature][hidden]`, an untied decoder. */
  W2?: number[][];
  b: number[];
  norms: number[];
  dimensionality: number[];
  superposition: number[];
  frobeniusSq: number;
  dimensionsPerFeature: number | null;
  represented: number;
  geometry: string;
  groups: FeatureGroup[];
  diverged: boolean;
}

export interface SuperpositionReport {
  step: number;
  /** Fresh samples on which the losses were measured. */
  samples: number;
  instances: InstanceReport[];
}

export type Outcome = 'dropped' | 'dedicated' | 'superposed';

export interface Spread {
  mean: number;
  sd: number;
  p95: number;
}

/** Losses are means over samples and features, as everywhere. */
export interface ExactControl {
  /** `[density]`: the m most important features in a dimension of their own, the others dropped; the best linear model. */
  droppedLoss: number[];
  /** The same at density 1. */
  denseLoss: number;
  /** Regular k-gons where one feature is on at a time: loss per active feature, summed over the outputs. */
  kgon: { k: number; loss: number; normSq: number; bias: number; unitLoss: number }[];
  /** By the name of the figure. */
  dimensionality: Record<string, number>;
}

/** One input through one model, and what its features cost each other on average. */
export interface Interference {
  /** `[hidden]`, W x */
  hidden: number[];
  /** `[feature]`, Wᵀ W x */
  before: number[];
  /** `[feature]`, with the bias */
  biased: number[];
  /** `[feature]`, after the ReLU: the reconstruction */
  after: number[];
  /** What samples with no feature on contribute to the expected loss (mean over features, importance 1). */
  silentCost: number;
  /** The same for samples with exactly one feature on: grows like p. */
  alternatingCost: number;
  /** The same for samples with exactly two on: grows like p². Null where there are too many features. */
  simultaneousCost: number | null;
}
