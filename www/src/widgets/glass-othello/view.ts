/** What is shown and said of one position: pure functions from numbers to numbers. */
import type { BoardEdit, Frame, Intervention, MoveDistribution, OthelloGame, OthelloReport, Ply, ProbesDescription, Side } from '../../api/othello.d.ts';
import type { Square } from '../../marks/board.ts';
import { squareName } from './settings.ts';
import type { Sizes } from './sizes.ts';

/** One computed state: the question and the answer. */
export interface View {
  readonly game: OthelloGame;
  readonly ply: number;
  readonly probes: ProbesDescription | null;
  readonly layer: number;
  readonly frame: Frame;
  readonly edits: readonly BoardEdit[];
  readonly editLayers: readonly number[];
  readonly scale: number;
  readonly seed: number;
  /** Null where nothing is changed. */
  readonly sizes: Sizes | null;
  /** Null where the model has nothing to read: before the first move, and after its last position. */
  readonly report: OthelloReport | null;
}

export type Source = 'model' | 'untrained' | 'bag';

/** The attributes of the sizes that were used, whoever chose them. */
export const usedSizes = (view: View | null): [string, string][] =>
  (view?.sizes ? [['directions', String(view.sizes.directions.used)], ['sweep', view.sizes.sweep.used > 0 ? 'on' : 'off']] : []);

export const SQUARES: readonly number[] = Array.from({ length: 64 }, (_, square) => square);

const other = (side: Side): Side => (side === 'black' ? 'white' : 'black');

/** Whose discs are "mine": the side to move, and after the end the side that did not move last. */
export const mineOf = ({ toMove, mover }: Ply): Side => toMove ?? (mover ? other(mover) : 'black');

export const plyAt = ({ plies }: OthelloGame, ply: number): Ply => plies[ply] as Ply;

/** 0 empty, 1 mine or black, 2 theirs or white, as probes name them. */
export function truth(position: Ply, frame: Frame): number[] {
  const first = frame === 'black-white' || mineOf(position) === 'black' ? 1 : -1;
  return SQUARES.map((square) => (position.board[square] === 0 ? 0 : position.board[square] === first ? 1 : 2));
}

/** The board that a source reads at a layer; the bag of moves has no layers. Null where there is no such probe. */
export function probsOf({ report }: View, source: Source, frame: Frame, layer: number): Float32Array | null {
  const found = source === 'bag'
    ? report?.bagOfMoves?.find((bag) => bag.frame === frame)
    : report?.boards.find((board) => board.source === source && board.frame === frame && board.layer === layer);
  return found?.probs ?? null;
}

/** The likeliest state of each square. */
export const states = (probs: Float32Array): number[] => SQUARES.map((square) => {
  const [empty = 0, first = 0, second = 0] = probs.subarray(3 * square, 3 * square + 3);
  return first > empty && first >= second ? 1 : second > empty ? 2 : 0;
});

export function wrong(probs: Float32Array, position: Ply, frame: Frame): number[] {
  const [read, right] = [states(probs), truth(position, frame)];
  return SQUARES.filter((square) => read[square] !== right[square]);
}

/** How many of the 64 squares are read right; null where nothing is read. */
export function rightCount(view: View, source: Source, frame: Frame, layer: number): number | null {
  const probs = probsOf(view, source, frame, layer);
  return probs && 64 - wrong(probs, plyAt(view.game, view.ply), frame).length;
}

/** A read board as discs: as visible as the probe is sure of a disc, as white as it is sure of white. */
export function readSquares(probs: Float32Array, position: Ply, frame: Frame): Square[] {
  const missed = new Set(wrong(probs, position, frame));
  const firstIsWhite = frame === 'mine-theirs' && mineOf(position) === 'white';
  return SQUARES.map((square) => {
    const [empty = 0, first = 0, second = 0] = probs.subarray(3 * square, 3 * square + 3);
    const taken = first + second;
    const white = taken > 0 ? (firstIsWhite ? first : second) / taken : 0.5;
    return { disc: { sure: 1 - empty, white }, outline: missed.has(square) ? 'wrong' : undefined };
  });
}

const disc = (board: Int8Array, square: number): Square['disc'] => (board[square] ? { sure: 1, white: board[square] === 1 ? 0 : 1 } : undefined);

/** The true board: legal moves as dots, the last move outlined. */
export function trueSquares({ board, legal, move }: Ply): Square[] {
  return SQUARES.map((square) => ({
    disc: disc(board, square),
    sign: legal.includes(square) ? 'dot' : undefined,
    outline: move === squareName(square) ? 'picked' : undefined,
  }));
}

/** The board that the network is made to believe in. */
export function editedBoard(position: Ply, { changes }: Intervention): Int8Array {
  const board = Int8Array.from(position.board);
  const mine = mineOf(position) === 'black' ? 1 : -1;
  for (const { square, to } of changes) board[square] = to === 0 ? 0 : to === 1 ? mine : -mine;
  return board;
}

/** Up to which probability the colours go, so that both ends are told apart: a round number. */
export function topOfScale(...distributions: readonly Float32Array[]): number {
  const most = Math.max(...distributions.map((probs) => probs.reduce((a, b) => Math.max(a, b), 0)));
  return [0.05, 0.1, 0.2, 0.3, 0.5].find((step) => most <= step) ?? 1;
}

/** The squares of a move distribution; a dot is legal, a cross stands where an illegal one gets a hundredth or more. */
export function moveSquares(probs: Float32Array, board: Int8Array, legal: readonly number[], top: number, changes: { plus?: readonly number[]; cross?: readonly number[] } = {}): Square[] {
  const best = probs.reduce((found, prob, square) => (prob > (probs[found] ?? 0) ? square : found), 0);
  return SQUARES.map((square) => {
    const prob = probs[square] ?? 0;
    const isLegal = legal.includes(square);
    const sign = changes.plus?.includes(square) ? 'plus' : changes.cross?.includes(square) ? 'cross' : isLegal ? 'dot' : prob >= 0.01 ? 'cross' : undefined;
    return {
      // An occupied square is coloured only where some probability falls on it all the same.
      share: board[square] && prob < 0.01 ? undefined : Math.min(1, prob / top),
      disc: disc(board, square),
      sign,
      text: prob >= 0.01 ? String(Math.round(prob * 100)) : undefined,
      outline: square === best ? 'picked' : undefined,
    } as const;
  });
}

/** Where a head looks from the last move: the weights of past moves on the squares where they were played. */
export function attentionSquares(game: OthelloGame, weights: Float32Array, board: Int8Array): Square[] {
  const at = new Map<string | null, number>([...weights].map((weight, index) => [game.plies[index + 1]?.move ?? null, weight]));
  return SQUARES.map((square) => ({ share: at.get(squareName(square)), disc: at.has(squareName(square)) ? undefined : disc(board, square) }));
}

/** One head's weights over past moves. */
export const headWeights = ({ shape, data }: OthelloReport['attention'][number], head: number): Float32Array => {
  const count = shape[1] ?? 0;
  return data.subarray(head * count, (head + 1) * count);
};

/** The most attended move of a head. */
export function strongest(weights: Float32Array): number {
  return weights.reduce((best, weight, index) => (weight > (weights[best] ?? 0) ? index : best), 0);
}

export const topProb = ({ probs, top1 }: MoveDistribution): number => (top1 === null ? 0 : (probs[top1] ?? 0));

/** Games in which one side moved twice in a row: from the pass on, odd and even plies no longer say who moves. */
export const passesBefore = ({ plies }: OthelloGame, ply: number): number => plies.slice(0, ply + 1).filter(({ passed }) => passed).length;

/** A disc whose change is a good first example: the one with the surest reading among those that are not the last move. */
export function exampleEdit(view: View): number | null {
  const position = plyAt(view.game, view.ply);
  const probs = probsOf(view, 'model', 'mine-theirs', view.layer);
  const discs = SQUARES.filter((square) => position.board[square] !== 0 && squareName(square) !== position.move);
  const sure = (square: number) => Math.max(probs?.[3 * square + 1] ?? 0, probs?.[3 * square + 2] ?? 0);
  return discs.length === 0 ? null : discs.reduce((best, square) => (sure(square) > sure(best) ? square : best));
}
