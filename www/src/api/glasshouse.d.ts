/**
 * Glasshouse: small neural networks one can look into, inside the page.
 *
 * ```js
 * import { loadModel } from './glasshouse.ts';
 * const model = await loadModel('models/induction-2l/');
 * const run = await model.runWithCache('the cat and the cat', { hooks: ['blocks.*.attn.hook_pattern'] });
 * run.cache['blocks.1.attn.hook_pattern'].shape;   // [head, query_pos, key_pos]
 * ```
 *
 * Hook names, tensor shapes and config fields are TransformerLens's, without the batch dimension.
 */

import type { FeatureCard, FeatureEffect, FeatureNeighbour, SteerOptions, SteerReport, SweepOptions, SweepReport } from './features.d.ts';
import type { FitProbeOptions, OthelloOptions, OthelloReport, ProbeFit, ProbesDescription } from './othello.d.ts';

/** The release of this script, as in its changelog. */
export declare const version: string;

/**
 * Why a promise was rejected:
 *
 * | code | meaning |
 * |---|---|
 * | `aborted` | the signal fired, or a newer request of the same `owner` took this one's place |
 * | `disposed` | the model was used after `dispose()`, or disposed of while the request ran |
 * | `bad-input` | an argument makes no sense: no tokens, an id outside the vocabulary, a misspelt option, an address that is not a folder |
 * | `bad-settings` | a toy model cannot be trained with these settings |
 * | `bad-edit` | an edit does not fit the tensor that it names |
 * | `unknown-hook` | the model has no such hook; the sentence names the nearest one |
 * | `too-long` | more tokens than the model has positions |
 * | `no-tokenizer` | text was given, but the model folder has no `tokenizer.json` |
 * | `bad-model-file` | a file of the folder is damaged, or is not what its name says |
 * | `does-not-fit` | an SAE was made for another model: another hook, another width there |
 * | `not-found` | a file of the folder is not there |
 * | `too-large` | a file of the folder is larger than a page should load |
 * | `server-error` | the server answered with an error of its own |
 * | `offline` | the server could not be reached, does not allow this page to read from it, or the connection broke |
 * | `no-webgpu` | `backend: 'webgpu'` was asked for and this browser offers none |
 * | `device-lost`, `out-of-memory` | the graphics device failed and the CPU could not take over |
 * | `engine-unavailable` | the engine's own files could not be loaded or run here |
 * | `engine-crashed` | the engine stopped; the next request starts it afresh and reloads the models |
 * | `internal` | a defect of Glasshouse |
 */
export type ErrorCode =
  | 'aborted'
  | 'disposed'
  | 'bad-input'
  | 'bad-settings'
  | 'bad-edit'
  | 'unknown-hook'
  | 'too-long'
  | 'no-tokenizer'
  | 'bad-model-file'
  | 'does-not-fit'
  | 'not-found'
  | 'too-large'
  | 'server-error'
  | 'offline'
  | 'no-webgpu'
  | 'device-lost'
  | 'out-of-memory'
  | 'engine-unavailable'
  | 'engine-crashed'
  | 'internal';

/** What every rejected promise of this API is rejected with: a code to branch on and one plain sentence to show. */
export declare class GlasshouseError extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string);
}

/** The `config.json` of a model: TransformerLens's `HookedTransformerConfig` field names. */
export interface ModelConfig {
  n_layers: number;
  d_model: number;
  n_ctx: number;
  d_head: number;
  n_heads: number;
  d_vocab: number;
  d_vocab_out?: number;
  /** The id that is put before a text, where the model was trained with one. */
  bos_token_id?: number;
  default_prepend_bos?: boolean;
  [field: string]: unknown;
}

/** Where the numbers come from, and whether they were checked on this machine. */
export interface BackendReport {
  kind: 'webgpu' | 'cpu';
  /** The graphics adapter in its own words; for the CPU, what kind of arithmetic it does. */
  adapter: string;
  selfCheck: {
    ok: boolean;
    /** Largest difference from the reference, relative to the largest magnitude of each tensor. */
    maxAbsDiff: number;
    /** The largest difference that passes. */
    tolerance: number;
    /** Why the CPU does the work, or why the check failed, in one sentence. */
    reason?: string;
  };
}

/** A token of a text. */
export interface Token {
  id: number;
  /** The token as the tokenizer writes it; a part of a character that needs several tokens is `\uFFFD`. */
  text: string;
  /** Where it starts in the text, in UTF-16 units, so that `input.slice(start, end)` is what it covers. BOS has `start = end = 0`. */
  start: number;
  end: number;
}

/** A token that was run. Where the input was a list of ids, there is no text to point into: `start` and `end` are null. */
export interface RunToken {
  id: number;
  text: string | null;
  start: number | null;
  end: number | null;
}

/** Numbers in row-major order and the size of each axis. */
export interface Tensor {
  data: Float32Array;
  shape: number[];
}

/** The value of an edit: one number, a vector of the last axis, or a tensor of the selected shape. */
export type EditValue = number | Float32Array | readonly number[] | { data: Float32Array | readonly number[]; shape: readonly number[] };

/**
 * A change at one hook. Edits apply in the order given, and a capture at the same hook shows what they left.
 * Each selector that is absent selects everything; negative indices count from the end.
 */
export interface Edit {
  /** An exact name, or `*` for one segment of it. */
  hook: string;
  /** Attention heads. */
  heads?: readonly number[];
  /** Positions in the text; at `hook_attn_scores` and `hook_pattern` the queries. */
  positions?: readonly number[];
  /** Entries of the last axis; at `hook_attn_scores` and `hook_pattern` the keys. */
  features?: readonly number[];
  /**
   * `zero`, `scale` (times `scale`), `add` (plus `scale`, or 1, times `value`), `replace` (by `value`), or
   * `mean` (the mean over the model's data, from the folder's `means.safetensors`).
   */
  how: 'zero' | 'scale' | 'add' | 'replace' | 'mean';
  scale?: number;
  value?: EditValue;
}

/** What several calls have in common. */
export interface CallOptions {
  /** Gives the call up: it is rejected with the code `aborted`, and is not begun if it had to wait. */
  signal?: AbortSignal;
}

/** How a text becomes tokens. */
export interface TextOptions {
  /** Whether the model's BOS token comes first. Default: the config's `default_prepend_bos`, else true where the model has a BOS token. */
  prependBos?: boolean;
}

/** What a call that runs the model takes beside its input. */
export interface RequestOptions extends CallOptions, TextOptions {
  /**
   * Who asks, for pages that ask on each keystroke: of the requests of one owner one runs and the newest waits; a request
   * that a newer one replaces is rejected with the code `aborted`. Without an owner requests queue up.
   */
  owner?: object;
}

/** Options of {@link Model.runWithCache}. */
export interface RunOptions extends RequestOptions {
  /** What to capture: exact hook names, or `*` for one segment of a name (`blocks.*.attn.hook_pattern`). */
  hooks?: readonly string[];
  edits?: readonly Edit[];
  /** Of which hooks of shape `[pos, feature]` the `k` largest features of each position are wanted; `k` is at most 1024. */
  topFeatures?: readonly { hook: string; k: number }[];
}

/** The largest features of each position, `shape` `[pos, k]`: largest first, and of equal ones the lower index first. */
export interface TopFeatures {
  indices: Uint32Array;
  values: Float32Array;
  shape: number[];
}

/** One forward pass. */
export interface Run {
  tokens: RunToken[];
  /** `[pos, d_vocab_out]` */
  logits: Tensor;
  /** The captured tensors by exact hook name. */
  cache: Record<string, Tensor>;
  /** What `topFeatures` asked for, by exact hook name. */
  topFeatures: Record<string, TopFeatures>;
}

/** The `cfg.json` of a sparse autoencoder: SAELens's field names. */
export interface SaeConfig {
  /** What is computed: `standard`, `topk`, `jumprelu` (a trained BatchTopK too) or `gated`. */
  architecture: string;
  d_in: number;
  d_sae: number;
  hook_name: string;
  [field: string]: unknown;
}

/** Options of {@link Model.attachSae}. */
export interface AttachSaeOptions extends CallOptions {
  /**
   * Whether what the SAE's own reconstruction misses is added to it, so that the model computes what it does without the SAE until
   * a feature is edited. Default false.
   */
  errorTerm?: boolean;
  onProgress?: (progress: Progress) => void;
}

/** A sparse autoencoder that stands in the runs of one model handle; other handles on the same model do not see it. */
export interface AttachedSae {
  readonly config: SaeConfig;
  /** The hook that it sits at. What is edited and captured there is what the SAE reads. */
  readonly hook: string;
  /**
   * Its own hooks, captured and edited as any other: `<hook>.hook_sae_input`, `hook_sae_acts_pre`, `hook_sae_acts_post` (the features,
   * `[pos, d_sae]`), `hook_sae_recons`, `hook_sae_error` (only with the error term), `hook_sae_output`.
   */
  readonly hooks: readonly string[];
  /** May be changed between runs. */
  errorTerm: boolean;
  /** A feature by its weights: the tokens that it promotes and suppresses, and its largest decoder entries; `k` of each, 10 by default. */
  feature(index: number, options?: { k?: number } & CallOptions): Promise<FeatureCard>;
  /** The features whose decoder rows point most nearly the same way. */
  neighbours(index: number, options?: { k?: number } & CallOptions): Promise<FeatureNeighbour[]>;
  /** The features that promote a token most. */
  promoting(token: number, options?: { k?: number } & CallOptions): Promise<FeatureEffect[]>;
  /** How the model's tokenizer writes each token; null where the model has none. */
  tokenTexts(ids: readonly number[], options?: CallOptions): Promise<(string | null)[]>;
  /** A text continued with a feature scaled or clamped, without, and with a random direction of the same length. With the error term. */
  steer(options: SteerOptions): Promise<SteerReport>;
  /** Effect and damage at several amounts. */
  sweep(options: SweepOptions): Promise<SweepReport>;
  /** Takes it out again; a run under way still has it. */
  detach(): void;
}

/** TransformerLens's head detector (`error_measure: "mul"`), each between 0 and 1. */
export interface HeadScores {
  previousToken: number;
  duplicateToken: number;
  induction: number;
}

/** A head that is switched off at `hook_z`. */
export interface Ablation {
  layer: number;
  head: number;
  how: 'zero' | 'mean';
}

/** Options of {@link Model.induction}. */
export interface InductionOptions extends RequestOptions {
  /** The position whose next tokens are wanted, -1 (the default) for the last. */
  position?: number;
  /** How many next tokens to list. Default 10. */
  topK?: number;
  /** Seed of the controls. Default 0. */
  seed?: number;
  ablations?: readonly Ablation[];
  /** Whether to return every attention pattern. Default true. */
  patterns?: boolean;
  /** A second model to run on the same tokens. */
  twin?: Model;
}

/** A next token with its probability. */
export interface NextToken {
  id: number;
  /** Null where the model has no tokenizer. */
  text: string | null;
  prob: number;
}

/** What `<glass-induction>` shows: a run, the same run with heads switched off, a twin, and a control beside each score. */
export interface InductionReport {
  tokens: RunToken[];
  /** The probability given at each position to the token that does come next; null at the last position. */
  nextTokenProb: (number | null)[];
  ablatedNextTokenProb: (number | null)[] | null;
  twinNextTokenProb: (number | null)[] | null;
  untrainedNextTokenProb: (number | null)[];
  heads: ({ layer: number; head: number; ablated: HeadScores | null; control: { untrained: HeadScores; random95: HeadScores } } & HeadScores)[];
  twinHeads: ({ layer: number; head: number } & HeadScores)[] | null;
  top: { position: number; baseline: NextToken[]; ablated: NextToken[] | null; twin: NextToken[] | null };
  /** `[head, query_pos, key_pos]` for each layer, with the ablations where there are any. */
  patterns: ({ layer: number } & Tensor)[];
  backend: BackendReport;
  twinBackend: BackendReport | null;
  /** How many positions were taken over from the request before. */
  reusedPositions: number;
}

export type * from './features.d.ts';
export type * from './othello.d.ts';

/** How fast a model runs on this machine. */
export interface Pace {
  /** One run over so many positions, in ms, when nothing of it is known: the best of a few. */
  runMs: number;
  positions: number;
  /** A run of which only the last position is new, in ms. */
  stepMs: number;
}

/** What the engine holds at the moment. */
export interface MemoryReport {
  /** Size of the engine's WebAssembly memory. It is shared by all models and never shrinks. */
  wasmBytes: number;
  gpuBytes: number;
  gpuBuffers: number;
  /** Models in memory, each counted once however many handles there are. */
  models: number;
  /** Workers alive: one, however many models and elements there are. */
  workers: number;
}

/** A handle on a loaded model. Handles on the same folder share one copy of it. */
export interface Model {
  readonly config: ModelConfig;
  /** The names of all hooks of this model, in the order in which they fire. */
  readonly hooks: readonly string[];
  /** How many numbers were learnt. */
  readonly parameters: number;
  /** Whether edits with `how: 'mean'` are possible. */
  readonly hasMeans: boolean;
  /** Changes when the model moves to the CPU; see {@link Model.onBackendChange}. */
  readonly backend: BackendReport;
  /** Called after {@link Model.backend} changed: a lost device, a refused allocation. */
  onBackendChange: ((backend: BackendReport) => void) | null;

  /** The tokens of a text, as `runWithCache` would run them. */
  tokenize(text: string, options?: TextOptions & CallOptions): Promise<Token[]>;
  /** Runs the model on a text or on token ids, changed by the edits, and captures the hooks. */
  runWithCache(input: string | ArrayLike<number>, options?: RunOptions): Promise<Run>;
  /**
   * Splices a sparse autoencoder in at the hook that its config names, for all further runs of this handle. The folder is one that SAELens
   * saved: `cfg.json`, `sae_weights.safetensors`. Refused with `does-not-fit` where it was made for another model.
   */
  attachSae(source: ModelSource, options?: AttachSaeOptions): Promise<AttachedSae>;
  /** Looks for induction heads: everything that `<glass-induction>` shows, in one request. */
  induction(input: string | ArrayLike<number>, options?: InductionOptions): Promise<InductionReport>;
  /** Loads a folder of linear probes for an Othello model; refused where they were not made for this model. */
  attachProbes(address: string | URL, options?: CallOptions): Promise<ProbesDescription>;
  /** What `<glass-othello>` shows of one position: boards as read from every layer, the next move, and a changed belief with its controls. */
  othello(transcript: string, options?: OthelloOptions): Promise<OthelloReport>;
  /** Fits a probe on fresh random games, beside one on shuffled labels; resolved at the end, each step reported on the way. */
  fitProbe(options: FitProbeOptions): Promise<ProbeFit>;
  /** What the engine holds at the moment. */
  memory(): Promise<MemoryReport>;
  /** How fast this machine runs the model, with the SAEs that are attached: measured once on a page, in some tens of ms, and remembered. */
  pace(options?: CallOptions): Promise<Pace>;
  /** Destroys the graphics device, to see how the model moves to the CPU. Does nothing on the CPU. */
  loseDevice(): Promise<void>;
  /** Lets the graphics device that all models share hold no more than so many bytes, to see how a model that needs more moves to the CPU. */
  limitGpuMemory(bytes: number): Promise<void>;
  /** Gives the handle up; the last handle of a model frees it. Requests under way are rejected with the code `disposed`. */
  dispose(): void;
}

/** How far a download has come. */
export interface Progress {
  loadedBytes: number;
  /** Null while the server does not say how much there is. */
  totalBytes: number | null;
}

/** Options of {@link loadModel}. */
export interface LoadOptions extends CallOptions {
  /** `auto` (the default) takes WebGPU where it works and gives the right numbers, else the CPU. */
  backend?: 'auto' | 'webgpu' | 'cpu';
  onProgress?: (progress: Progress) => void;
}

/** The address of a model folder, ending in `/` and relative to the page, or the files of one. */
export type ModelSource = string | URL | ChosenFiles;

/** The files of a folder as a reader picked them, or by their names. */
export interface ChosenFiles {
  files: FileList | Iterable<File> | ReadonlyMap<string, Blob>;
}

/**
 * Gives the files of a folder an address, as `URL.createObjectURL` gives one to a Blob. It stands wherever the address of a folder does
 * (`loadModel`, `attachSae`, the attributes `model`, `twin` and `sae` of an element) until the page is left, and on this page only. Nothing is uploaded.
 * `name` is what the folder is called; by default that of the folder that the files were picked from.
 */
export declare function createFolderURL(source: ChosenFiles, name?: string): string;

/**
 * Loads a model folder (`config.json`, `model.safetensors`; optional `tokenizer.json`, `reference.json`, `means.safetensors`),
 * checks it, and checks the engine on it. Nothing is uploaded.
 */
export declare function loadModel(source: ModelSource, options?: LoadOptions): Promise<Model>;
