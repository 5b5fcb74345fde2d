// What crates/toy-engine exports: a wasm module of its own, so that a page of toy models does not load transformers.
import type { LiveReport } from './live-protocol.ts';
import type { BackendReport, MemoryReport } from '../api/glasshouse.d.ts';
import type {
  ExactControl, Interference, Outcome, Spread, SuperpositionDescription, SuperpositionParameters, SuperpositionReport, SuperpositionSettings, TrainedSlice,
} from './superposition.d.ts';

export default function init(): Promise<unknown>;

/** Toy models of superposition, trained here. */
export class Superposition {
  static create(settings: SuperpositionSettings, backend: 'auto' | 'webgpu' | 'cpu'): Promise<Superposition>;
  describe(): SuperpositionDescription;
  train(steps: number): Promise<TrainedSlice>;
  parameters(): Promise<SuperpositionParameters>;
  report(instances?: Uint32Array): Promise<SuperpositionReport>;
  reset(): Promise<void>;
  loseDevice(): void;
  /** Of the whole module. */
  static memory(): Pick<MemoryReport, 'wasmBytes' | 'gpuBytes' | 'gpuBuffers'>;
  free(): void;
}

/** A sparse autoencoder in training; `truth` holds the directions of a toy model, or is empty. */
export class Dictionary {
  static create(
    settings: { dIn: number; dSae: number; architecture: string; sparsity: number; learningRate: number; batch: number; resampleEvery: number; frozenDecoder: boolean; seed: number },
    train: Float32Array, heldOut: Float32Array, truth: Float32Array, density: number, backend: 'auto' | 'webgpu' | 'cpu',
  ): Promise<Dictionary>;
  train(steps: number, sparsity: number): Promise<void>;
  report(): LiveReport;
  /** `[d_sae, d_in]` */
  decoder(): Float32Array;
  backend(): BackendReport;
  free(): void;
}

/** Unit vectors in random directions: what dimensionality and superposition come to by chance. */
export function randomControl(nFeatures: number, nHidden: number, draws: number, seed: number): { dimensionality: Spread; superposition: Spread };
/** The best linear model: principal components. */
export function linearControl(nFeatures: number, nHidden: number, density: number, importance: Float32Array): { loss: number; represented: number };
export function exactControl(nHidden: number, density: Float32Array, importance: Float32Array): ExactControl;
/** The best of all models with n features in n − 1 dimensions, for each pair of density and importance of the last feature. */
export function exactPhase(nFeatures: number, density: Float32Array, importance: Float32Array): { outcome: Outcome[]; loss: number[] };
/** What became of the last feature, by the same rule, for weights `[instance, hidden, feature]`. */
export function phaseOutcome(w: Float32Array, nFeatures: number, nHidden: number): Outcome[];
/** What one input becomes in one tied model with a ReLU: `w` is `[hidden, feature]`. */
export function interference(w: Float32Array, b: Float32Array, x: Float32Array, density: number): Interference;
/** What each feature is read as where another is on: Wᵀ W, `[feature read, feature on]`; with an untied decoder W₂ W. */
export function gram(w: Float32Array, w2: Float32Array | undefined, nFeatures: number): Float32Array;
