// What crosses between the page and the worker about dictionaries that train there.
import type { BackendReport } from '../api/glasshouse.d.ts';

/** A sparse autoencoder to be trained; `sparsity` is λ of `standard`, k of `topk`. */
export interface LiveSettings {
  d_in: number;
  d_sae: number;
  architecture: 'standard' | 'topk';
  learningRate: number;
  batch: number;
  /** Features silent for so many steps are drawn anew; 0 leaves them. */
  resampleEvery: number;
  seed: number;
}

/** Rows `[row, d_in]` to train and to measure on, or known directions `[feature, d_in]` of a toy model. */
export type LiveData = { kind: 'rows'; train: Float32Array; heldOut: Float32Array } | { kind: 'toy'; truth: Float32Array; density: number };

export interface LiveReport {
  step: number;
  loss: number;
  l0: number;
  explainedVariance: number;
  /** Of as many principal components as L0. */
  pca: number | null;
  dead: number;
  meanMaxCosine: number | null;
  rows: number;
}

/** The dictionary beside one whose random decoder rows stay as they are. */
export interface LiveStep extends LiveReport {
  control: LiveReport;
  /** Where it trains, and why. */
  backend: BackendReport;
  /** `[d_sae, d_in]`, of toys alone. */
  decoder: Float32Array | null;
  /** Time for training, and for measuring. */
  tookMs: number;
  reportMs: number;
}

export type LiveAsk =
  | { kind: 'liveOpen'; live: number; settings: LiveSettings; data: LiveData; sparsity: number; backend: 'auto' | 'webgpu' | 'cpu' }
  | { kind: 'liveTrain'; live: number; steps: number; sparsity: number }
  | { kind: 'liveClose'; live: number };

export const isLiveAsk = (ask: { kind: string }): ask is LiveAsk => ask.kind.startsWith('live');

export interface LiveAnswers {
  liveOpen: LiveStep;
  liveTrain: LiveStep;
  liveClose: null;
}
