/** Othello models: boards read out of the residual stream by linear probes, and boards written into it. */
import type { BackendReport, CallOptions, RequestOptions } from './glasshouse.d.ts';

/** How a probe names discs: by the side to move, or by colour. */
export type Frame = 'mine-theirs' | 'black-white';

export type Side = 'black' | 'white';

/** A change of one square of the board that the model believes in. `mine` is the side to move. */
export interface BoardEdit {
  /** Row-major from `a1` at the top left: `row * 8 + column`. */
  square: number;
  how: 'flip' | 'empty' | 'mine' | 'theirs';
}

/** A position of a game. Boards are 64 squares, row-major from `a1`: 1 black, -1 white, 0 empty. */
export interface Ply {
  /** The move that led here; null before the first. */
  move: string | null;
  mover: Side | null;
  /** Null where the game is over. */
  toMove: Side | null;
  /** Whether the other side had to pass, so that `mover` moves again. */
  passed: boolean;
  board: Int8Array;
  /** Squares where `toMove` may play. */
  legal: number[];
}

/** A transcript, played as far as it is legal. */
export interface OthelloGame {
  /** The legal part: `f5d6c3…`; passes are not written. */
  transcript: string;
  /** The first move that cannot be played: which one, counted from 0, where it begins (UTF-16), as it was written, and why. */
  refused: { at: number; start: number; move: string; reason: string } | null;
  /** The position before the first move, after it, and so on. */
  plies: Ply[];
}

/** What probes were fitted on, and how good they are on games that they did not see. */
export interface ProbesDescription {
  /** The `model_name` of the model that they were fitted on. */
  model: string;
  /** Points of the residual stream with a probe: 0 is the embedding, L comes after L blocks. */
  layers: number[];
  frames: Frame[];
  /** The layer with the highest accuracy in the frame of mine and theirs. */
  bestLayer: number;
  /** Where and how strongly beliefs are best changed, where the folder says so. */
  intervention: { layers: number[]; scale: number } | null;
  /** From the folder, not computed here; null where the folder has none. */
  accuracy: ProbeAccuracyTable | null;
  /** From the folder, not computed here; null where the folder has none. */
  beliefs: ChangedBeliefs | null;
}

/** Shares of squares that are read right on held-out games: all of them, those with a disc, and the mean over the three states. */
export interface ProbeScores {
  all: number;
  nonEmpty: number;
  balanced: number;
}

export interface ProbeAccuracy extends ProbeScores {
  layer: number;
  frame: Frame;
  /**
   * The same probe on the untrained twin, ridge on the bag of moves, the commonest state of a square (at this ply: `majorityPerPly`), a probe on the
   * boards of other games, whoever played a square (`owner`), and a probe with a hidden layer.
   */
  control: Record<'untrained' | 'bagOfMoves' | 'majority' | 'majorityPerPly' | 'shuffled' | 'owner' | 'twoLayer', ProbeScores>;
}

export interface ProbeAccuracyTable {
  games: number;
  heldOutGames: number;
  rows: ProbeAccuracy[];
}

/** Flips of one disc over many positions of other games: mean errors of the expected moves against the legal moves of the changed board. */
export interface ChangedBeliefs {
  cases: number;
  /** Random directions per case. */
  draws: number;
  /** Errors of the unchanged model against the changed boards. */
  before: number;
  /** Errors of the unchanged model against the true boards. */
  truth: number;
  /** Each layer alone, and the best layers together. */
  rows: {
    layers: number[];
    scale: number;
    errors: number;
    /** Share of the cases in which none are left. */
    withoutErrors: number;
    /** `p95`: mean of the cases' 95th percentiles. */
    control: { randomDirection: { mean: number; p95: number }; unrelatedSquare: number };
  }[];
}

/** Options of {@link Model.othello}. */
export interface OthelloOptions extends RequestOptions {
  /** The position after so many moves, from 1 on; the last by default. */
  ply?: number;
  edits?: readonly BoardEdit[];
  /** Layers at which the edits are added: L after L blocks. */
  editLayers?: readonly number[];
  /** How long the added vector of each square is, in lengths of the residual stream at that layer and position; 0 to 1 makes sense. */
  scale?: number;
  /** Random directions behind the control; 64 by default, at most 1024. */
  draws?: number;
  /** Whether to try the edits at each layer alone, too. */
  sweep?: boolean;
  /** Whether the attention of the last move is wanted. */
  attention?: boolean;
  /** Seed of the random directions. */
  seed?: number;
}

/** Probabilities `[square, state]`: empty, mine, theirs, or empty, black, white. */
export interface ReadBoard {
  layer: number;
  frame: Frame;
  source: 'model' | 'untrained';
  probs: Float32Array;
}

/** What the model expects next. */
export interface MoveDistribution {
  /** `[square]`; the four squares of the centre are 0. */
  probs: Float32Array;
  legalMass: number;
  /** The rest: illegal squares and padding. */
  illegalMass: number;
  /** Null where padding is likeliest. */
  top1: number | null;
  top1Legal: boolean;
}

/** The model's N likeliest squares against the N legal moves of the edited board. */
export interface MoveErrors {
  /** False positives and false negatives together. */
  errors: number;
  falsePositives: number[];
  falseNegatives: number[];
}

export interface Intervention {
  /** What differs from the true board; states are 0 empty, 1 mine, 2 theirs. */
  changes: { square: number; from: number; to: number }[];
  /** Edits that change nothing here. */
  ignored: { square: number; reason: string }[];
  editedLegal: number[];
  newlyLegal: number[];
  newlyIllegal: number[];
  /** The unedited model, measured against the edited board. */
  before: MoveErrors;
  after: MoveErrors & MoveDistribution;
  control: {
    /** Random directions of the same length; the first draw in full. */
    randomDirection: { mean: number; p95: number; draws: number; first?: MoveErrors & MoveDistribution };
    /** The same change of other squares; null where no other square has that state. */
    unrelatedSquare: (MoveErrors & { squares: number[] }) | null;
  };
  sweep: { layer: number; errors: number; randomErrors: number }[] | null;
}

export interface OthelloReport {
  /** Why the model cannot read this position, in one sentence: it has no move yet, or too many. Then there are no boards and no moves. */
  unread: string | null;
  boards: ReadBoard[];
  /** Who played each square, the last move and the ply: no network at all. */
  bagOfMoves: { frame: Frame; probs: Float32Array }[] | null;
  /** The commonest state of each square at this ply. */
  majority: { frame: Frame; probs: Float32Array }[] | null;
  moves: MoveDistribution | null;
  untrainedMoves: MoveDistribution | null;
  /** Null where nothing is changed. */
  intervention: Intervention | null;
  /** The attention of the last move, `[head, move]`, block by block from 0. */
  attention: { layer: number; shape: number[]; data: Float32Array }[];
  backend: BackendReport;
}

/** What a live fit plays and learns. */
export interface FitProbeOptions extends CallOptions {
  layer: number;
  frame?: Frame;
  /** Fresh random games; some of them are held out. */
  games?: number;
  seed?: number;
  /** Fits the same probe to labels of shuffled games, too. */
  shuffledLabels?: boolean;
  /** Fits the same probe to the untrained twin, too. */
  untrained?: boolean;
  onStep?: (fit: ProbeFit) => void;
}

/** How far a live fit has come. */
export interface ProbeFit {
  phase: 'playing' | 'fitting' | 'done';
  games: number;
  gamesWanted: number;
  heldOutGames: number;
  step: number;
  steps: number;
  /** Accuracies are those on held-out games; null before the first measurement. */
  probes: { of: 'model' | 'shuffled-labels' | 'untrained'; loss: number | null; accuracy: ProbeScores | null }[];
  backend: BackendReport;
}
