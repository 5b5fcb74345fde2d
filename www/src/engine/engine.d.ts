// What crates/engine exports through wasm-bindgen (`--target web`), as far as the worker uses it.
import type { Ablation, BackendReport, HeadScores, MemoryReport, ModelConfig } from '../api/glasshouse.d.ts';
import type { WireEdit } from './protocol.ts';

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
    request: { tokens: number[]; hooks: readonly string[]; edits: readonly WireEdit[]; logits: boolean },
    values: Float32Array[],
  ): Promise<{ tensors: NamedTensor[]; backend: BackendReport; reusedPositions: number }>;
  induction(request: InductionRequest): Promise<InductionAnswer>;
  /** The same with a second model on the same tokens. */
  inductionWithTwin(request: InductionRequest, twin: Session): Promise<InductionAnswer>;
  loseDevice(): void;
  /** Of the whole engine. */
  static memory(): Pick<MemoryReport, 'wasmBytes' | 'gpuBytes' | 'gpuBuffers'>;
  free(): void;
}
