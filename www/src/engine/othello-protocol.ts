// What the page asks about Othello, and what the worker answers.
import type {
  BoardEdit, Frame, OthelloGame, OthelloReport, ProbeFit, ProbesDescription, ReadBoard,
} from '../api/othello.d.ts';

/** What is asked of one position. */
export interface OthelloRequest {
  transcript: string;
  /** Null is the last. */
  ply: number | null;
  edits: readonly BoardEdit[];
  editLayers: readonly number[];
  scale: number;
  /** Random directions; null is what is usual. */
  draws: number | null;
  sweep: boolean;
  attention: boolean;
  seed: number;
}

export interface FitRequest {
  layer: number;
  frame: Frame;
  games: number;
  seed: number;
  shuffledLabels: boolean;
  untrained: boolean;
}

/** The rules need no model. */
export type RulesAsk =
  | { kind: 'othelloGame'; transcript: string }
  | { kind: 'othelloRandom'; seed: number; plies: number };

/** `probes` is the address of a folder of probes, or null. */
export type OthelloAsk =
  | RulesAsk
  | { kind: 'othelloProbes'; model: number; probes: string }
  | { kind: 'othelloRun'; model: number; probes: string | null; request: OthelloRequest }
  | { kind: 'othelloFit'; model: number; request: FitRequest }
  | { kind: 'othelloFitStep'; model: number }
  /** Gives back what a fit kept. */
  | { kind: 'othelloFitStop'; model: number };

export const isOthelloAsk = (ask: { kind: string }): ask is OthelloAsk => ask.kind.startsWith('othello');

export interface OthelloAnswers {
  othelloGame: OthelloGame;
  othelloRandom: string;
  othelloProbes: ProbesDescription;
  othelloRun: OthelloReport;
  othelloFit: ProbeFit;
  othelloFitStep: ProbeFit;
  othelloFitStop: null;
}

/** As the engine takes it: boards of one frame at a time. */
export interface EngineRequest extends OthelloRequest {
  ply: number;
  frame: Frame;
}

export interface EngineReport extends Omit<OthelloReport, 'boards' | 'bagOfMoves' | 'majority'> {
  boards: Omit<ReadBoard, 'frame'>[];
  bagOfMoves: Float32Array | null;
  majority: Float32Array | null;
}
