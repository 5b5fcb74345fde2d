// What crates/engine exports through wasm-bindgen (`--target web`), as far as the worker uses it.
import type { Ablation, BackendReport, HeadScores, MemoryReport, ModelConfig } from '../api/glasshouse.d.ts';
import type { BoardEdit, OthelloGame, ProbeFit, Side } from '../api/othello.d.ts';
import type { EngineReport, EngineRequest, FitRequest } from './othello-protocol.ts';
import type { WireEdit } from './protocol.ts';
import type { UsedSae } from './sae-protocol.ts';

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
