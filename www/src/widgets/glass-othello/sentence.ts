/** The picture in words. */
import { percent } from '../../marks/numbers.ts';
import { squareName } from './settings.ts';
import { mineOf, plyAt, rightCount, topProb, type View } from './view.ts';

export const FRAME_NAMES = { 'mine-theirs': 'mine/theirs', 'black-white': 'black/white' } as const;

/** "layer 5", "the embedding" */
export const layerName = (layer: number): string => (layer === 0 ? 'the embedding' : `layer ${layer}`);

export function turn(view: View): string {
  const { toMove, passed } = plyAt(view.game, view.ply);
  if (!toMove) return 'The game is over.';
  const side = toMove === 'black' ? 'Black' : 'White';
  return passed ? `${side} moves again: the other side had to pass.` : `${side} to move.`;
}

/** How many squares each source reads right. */
export function reading(view: View): string {
  const { layer, frame } = view;
  const right = rightCount(view, 'model', frame, layer);
  if (right === null) return '';
  const otherFrame = frame === 'mine-theirs' ? 'black-white' : 'mine-theirs';
  const beside = [
    [`in ${FRAME_NAMES[otherFrame]}`, rightCount(view, 'model', otherFrame, layer)],
    ['from an untrained network', rightCount(view, 'untrained', frame, layer)],
    ['from the bag of moves alone', rightCount(view, 'bag', frame, layer)],
  ].filter(([, count]) => count !== null).map(([name, count]) => `${name} ${count}`);
  return `From ${layerName(layer)} of the network, ${right} of 64 squares are read right in ${FRAME_NAMES[frame]}${beside.length > 0 ? `; ${beside.join(', ')}` : ''}.`;
}

export function expects({ report }: View): string {
  const moves = report?.moves;
  if (!moves) return report?.unread ?? '';
  const best = moves.top1 === null ? 'the end of the game' : `${squareName(moves.top1)} (${percent(topProb(moves))}, ${moves.top1Legal ? 'legal' : 'illegal'})`;
  return `The network puts ${percent(moves.legalMass)} on legal moves and ${percent(moves.illegalMass)} on others${report.untrainedMoves ? ` (untrained ${percent(report.untrainedMoves.legalMass)} on legal ones)` : ''}; it expects ${best}.`;
}

/** How many errors a set of moves has. */
const errors = (count: number): string => `${Number.isInteger(count) ? count : count.toFixed(1)} ${count === 1 ? 'error' : 'errors'}`;

export function belief({ report, edits, editLayers }: View): string {
  const found = report?.intervention;
  if (!found) return '';
  const { before, after, control } = found;
  const what = edits.map(({ square, how }) => `${squareName(square)} ${how === 'flip' ? 'flipped' : how === 'empty' ? 'emptied' : `made ${how}`}`).join(', ');
  return `With ${what} at layer ${editLayers.join(', ')}, the moves that the network expects have ${errors(after.errors)} against the changed board; without the change ${errors(before.errors)}; with a random direction ${errors(control.randomDirection.mean)}${control.unrelatedSquare ? `; with another square ${errors(control.unrelatedSquare.errors)}` : ''}.`;
}

/** What the folder's table says of many flips, at the layers and strength that this element starts with. */
export function beliefsElsewhere({ probes }: View): string {
  const found = probes?.beliefs;
  const usual = probes?.intervention?.layers.join();
  const row = found?.rows.find(({ layers }) => layers.join() === usual) ?? found?.rows[0];
  if (!found || !row) return '';
  const { randomDirection, unrelatedSquare } = row.control;
  return `Over ${found.cases} flips in other games, at layer ${row.layers.join(', ')} with strength ${row.scale}: ${found.before.toFixed(2)} errors before, ${row.errors.toFixed(2)} after; random directions ${randomDirection.mean.toFixed(2)}, another square ${unrelatedSquare.toFixed(2)}. Against the true board the unchanged network has ${found.truth.toFixed(2)}.`;
}

export const wholePicture = (view: View): string => [turn(view), reading(view), expects(view), belief(view)].filter((part) => part !== '').join(' ');

/** One square of the true board, for ears and tooltips. */
export function squareWords(view: View | null, game: View['game'], ply: number, square: number): string {
  const position = plyAt(game, ply);
  const value = position.board[square];
  const parts = [squareName(square), value === 1 ? 'black' : value === -1 ? 'white' : position.legal.includes(square) ? 'empty, legal' : 'empty'];
  const prob = view?.report?.moves?.probs[square];
  if (prob !== undefined && value === 0) parts.push(`expected ${percent(prob)}`);
  return parts.join(', ');
}

/** One square as it is read. */
export function readWords(view: View, probs: Float32Array, square: number): string {
  const position = plyAt(view.game, view.ply);
  const names = view.frame === 'black-white' ? ['empty', 'black', 'white'] : ['empty', `mine (${mineOf(position)})`, `theirs (${mineOf(position) === 'black' ? 'white' : 'black'})`];
  return `${squareName(square)}: ${names.map((name, state) => `${name} ${percent(probs[3 * square + state])}`).join(', ')}`;
}
