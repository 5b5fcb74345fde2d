// What crosses between the page and the worker. Tensor bytes are transferred, everything else is plain objects.
import type {
  Ablation, BackendReport, ErrorCode, InductionReport, LoadOptions, MemoryReport, Pace, Progress, RunToken, Token,
} from '../api/glasshouse.d.ts';
import type { Description, NamedTensor, NamedTop } from './engine.js';
import type { FeatureAnswers, FeatureAsk } from './features-protocol.ts';
import type { LiveAnswers, LiveAsk } from './live-protocol.ts';
import type { SaeAnswers, SaeAsk, UsedSae } from './sae-protocol.ts';
import type { OthelloAnswers, OthelloAsk } from './othello-protocol.ts';
import type { ToyAnswers, ToyAsk } from './toy-protocol.ts';

/** Where the files of a model are. Blobs are handles: their bytes are read in the worker. Files with an address are loaded once, as a folder is. */
export type Source = { kind: 'url'; url: string } | { kind: 'files'; name: string; files: Map<string, Blob>; url?: string };

/** An edit whose tensor values have been lifted out into a list. */
export interface WireEdit {
  hook: string;
  heads?: readonly number[];
  positions?: readonly number[];
  features?: readonly number[];
  how: string;
  scale?: number;
  value?: number | { tensor: number; shape: number[] };
}

/** What is run: a text, or token ids. */
export type Input = { text: string; prependBos: boolean | null } | { ids: number[] };

/** A request to the worker. `model` is the number that the page gave to the model. */
export type Ask =
  | ToyAsk
  | OthelloAsk
  | SaeAsk
  | FeatureAsk
  | LiveAsk
  | { kind: 'load'; model: number; source: Source; backend: NonNullable<LoadOptions['backend']> }
  | { kind: 'unload'; model: number }
  | { kind: 'tokenize'; model: number; text: string; prependBos: boolean | null }
  | {
      kind: 'run';
      model: number;
      input: Input;
      hooks: readonly string[];
      edits: readonly WireEdit[];
      values: Float32Array<ArrayBuffer>[];
      topFeatures: readonly { hook: string; k: number }[];
      saes: readonly UsedSae[];
    }
  | {
      kind: 'induction';
      model: number;
      twin: number | null;
      input: Input;
      position: number;
      topK: number;
      seed: number;
      ablations: readonly Ablation[];
      patterns: boolean;
    }
  | { kind: 'pace'; model: number; saes: readonly UsedSae[]; topFeatures: readonly { hook: string; k: number }[] }
  | { kind: 'memory'; model: number }
  | { kind: 'loseDevice'; model: number }
  | { kind: 'limitGpuMemory'; model: number; bytes: number };

export type Kind = Ask['kind'];

/** The answer to each kind of request. */
export interface Answers extends ToyAnswers, OthelloAnswers, SaeAnswers, FeatureAnswers, LiveAnswers {
  load: Description;
  unload: null;
  tokenize: Token[];
  run: { tokens: RunToken[]; tensors: NamedTensor[]; topFeatures: NamedTop[]; backend: BackendReport };
  induction: InductionReport;
  pace: Pace;
  memory: Omit<MemoryReport, 'workers'>;
  loseDevice: null;
  limitGpuMemory: null;
}

export type ToWorker = { id: number; ask: Ask } | { cancel: number };

export type FromWorker =
  | { type: 'ready' }
  | { type: 'progress'; id: number; progress: Progress }
  | { type: 'answer'; id: number; answer: Answers[Kind] }
  | { type: 'error'; id: number; code: ErrorCode; message: string }
  | { type: 'crash'; message: string };
