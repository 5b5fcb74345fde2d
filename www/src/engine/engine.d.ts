// What crates/engine exports through wasm-bindgen (`--target web`), as far as the worker uses it.
import type { Ablation, BackendReport, HeadScores, MemoryReport, ModelConfig } from '../api/glasshouse.d.ts';
import type { BoardEdit, OthelloGame, ProbeFit, Side } from '../api/othello.d.ts';
import type { EngineReport, EngineRequest, FitRequest } from './othello-protocol.ts';
import type { WireEdit } from './protocol.ts';
import type { UsedSae } from './sae-protocol.ts';
import type {
  ExactControl, Interference, Outcome, Spread, SuperpositionDescription, SuperpositionParameters, SuperpositionReport, SuperpositionSettings, TrainedSlice,
} from './superposition.d.ts';

export default function init(): Promise<unknown>;

/** The files of a model folder. */
export interface ModelFiles {
  name: string;
  config: string;
  weights: Uint8Array;
  reference?: string;
  means?: Uint8Array;
}

export interface Description {
  config: ModelConfig;
  backend: BackendReport;
  hooks: string[];
  parameters: number;
  hasMeans: boolean;
}

export interface NamedTensor {
  name: string;
  shape: number[];
  data: Float32Array;
}

/** The largest features of each position, `[pos, k]`. */
export interface NamedTop {
  name: string;
  shape: number[];
  values: Float32Array;
  indices: Uint32Array;
}

interface IdProb {
  id: number;
  prob: number;
}

export interface InductionAnswer {
  nextTokenProb: (number | null)[];
  ablatedNextTokenProb: (number | null)[] | null;
  twinNextTokenProb: (number | null)[] | null;
  untrainedNextTokenProb: (number | null)[];
  heads: ({ layer: number; head: number; ablated: HeadScores | null; control: { untrained: HeadScores; random95: HeadScores } } & HeadScores)[];
  twinHeads: ({ layer: number; head: number } & HeadScores)[] | null;
  top: { position: number; baseline: IdProb[]; ablated: IdProb[] | null; twin: IdProb[] | null };
  patterns: { layer: number; shape: number[]; data: Float32Array }[];
  backend: BackendReport;
  twinBackend: BackendReport | null;
  reusedPositions: number;
}

export interface InductionRequest {
  tokens: number[];
  position: number;
  topK: number;
  seed: number;
  ablations: readonly Ablation[];
  patterns: boolean;
}

export class Session {
  static load(files: ModelFiles, backend: 'auto' | 'webgpu' | 'cpu'): Promise<Session>;
  describe(): Description;
  run(
    request: {
      tokens: number[];
      hooks: readonly string[];
      edits: readonly WireEdit[];
      topFeatures: readonly { hook: string; k: number }[];
      saes: readonly UsedSae[];
      logits: boolean;
    },
    values: Float32Array[],
  ): Promise<{ tensors: NamedTensor[]; topFeatures: NamedTop[]; backend: BackendReport; reusedPositions: number }>;
  /** Reads an SAE and keeps it; the runs that name its number use it. */
  attachSae(config: string, weights: Uint8Array): Promise<{ sae: number; hook: string; hooks: string[]; architecture: string; d_in: number; d_sae: number }>;
  detachSae(sae: number): Promise<void>;
  induction(request: InductionRequest): Promise<InductionAnswer>;
  /** The same with a second model on the same tokens. */
  inductionWithTwin(request: InductionRequest, twin: Session): Promise<InductionAnswer>;
  /** Takes the place of probes attached before; refused by name where they do not fit the model. */
  attachProbes(files: { config: string; weights: Uint8Array }): { hooks: string[]; untrainedSeed: number };
  othello(request: EngineRequest): Promise<EngineReport>;
  /** Begins a fit, in place of the one before; each step is short. */
  fitProbeStart(request: FitRequest): Promise<ProbeFit>;
  fitProbeStep(): Promise<ProbeFit>;
  fitProbeStop(): void;
  loseDevice(): void;
  limitGpuMemory(bytes: number): void;
  /** Of the whole engine. */
  static memory(): Pick<MemoryReport, 'wasmBytes' | 'gpuBytes' | 'gpuBuffers'>;
  free(): void;
}

/** The rules of Othello; a transcript is played as far as it is legal. */
export function othelloReplay(transcript: string): OthelloGame;
/** A game of uniformly random legal moves, cut after `plies`. */
export function othelloRandomGame(seed: number, plies: number): string;
/** The legal moves of a board that was changed. */
export function othelloEdited(board: Int8Array, toMove: Side, edits: readonly BoardEdit[]): { board: Int8Array; legal: number[] };

/** Toy models of superposition, trained here. */
export class Superposition {
  static create(settings: SuperpositionSettings, backend: 'auto' | 'webgpu' | 'cpu'): Promise<Superposition>;
  describe(): SuperpositionDescription;
  train(steps: number): Promise<TrainedSlice>;
  parameters(): Promise<SuperpositionParameters>;
  report(instances?: Uint32Array): Promise<SuperpositionReport>;
  reset(): Promise<void>;
  loseDevice(): void;
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
