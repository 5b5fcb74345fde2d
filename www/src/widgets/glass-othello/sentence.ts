/** The picture in words. */
import { percent } from '../../marks/numbers.ts';
import { t } from '../../words/words.ts';
import type { MoveDistribution } from '../../api/othello.d.ts';
import { squareName } from './settings.ts';
import { mineOf, plyAt, rightCount, topProb, type View } from './view.ts';

export const FRAME_NAMES = { 'mine-theirs': t`mine/theirs`, 'black-white': t`black/white` } as const;

/** "layer 5", "the embedding" */
export const layerName = (layer: number): string => (layer === 0 ? t`the embedding` : t`layer ${layer}`);

/** How many squares each source reads right. */
export function reading(view: View): string {
  const { layer, frame } = view;
  const right = rightCount(view, 'model', frame, layer);
  if (right === null) return '';
  const otherFrame = frame === 'mine-theirs' ? 'black-white' : 'mine-theirs';
  const [other, untrained, bag] = [rightCount(view, 'model', otherFrame, layer), rightCount(view, 'untrained', frame, layer), rightCount(view, 'bag', frame, layer)];
  const beside = [
    other !== null && t`in ${FRAME_NAMES[otherFrame]} ${other}`,
    untrained !== null && t`from an untrained network ${untrained}`,
    bag !== null && t`from the bag of moves alone ${bag}`,
  ].filter((part) => part !== false).join(', ');
  return beside === ''
    ? t`From ${layerName(layer)} of the network, ${right} of 64 squares are read right in ${FRAME_NAMES[frame]}.`
    : t`From ${layerName(layer)} of the network, ${right} of 64 squares are read right in ${FRAME_NAMES[frame]}; ${beside}.`;
}

function likeliest(moves: MoveDistribution): string {
  if (moves.top1 === null) return t`the end of the game`;
  const [square, share] = [squareName(moves.top1), percent(topProb(moves))];
  return moves.top1Legal ? t`${square} (${share}, legal)` : t`${square} (${share}, illegal)`;
}

export function expects({ report }: View): string {
  const moves = report?.moves;
  if (!moves) return report?.unread ?? '';
  const [legal, illegal, best] = [percent(moves.legalMass), percent(moves.illegalMass), likeliest(moves)];
  return report.untrainedMoves
    ? t`The network puts ${legal} on legal moves and ${illegal} on others (untrained ${percent(report.untrainedMoves.legalMass)} on legal ones); it expects ${best}.`
    : t`The network puts ${legal} on legal moves and ${illegal} on others; it expects ${best}.`;
}

export const expectsMost = ({ report }: View): string => (report?.moves ? t`It expects ${likeliest(report.moves)}.` : '');

/** One square of the true board, for ears and tooltips. */
export function squareWords(view: View | null, game: View['game'], ply: number, square: number): string {
  const position = plyAt(game, ply);
  const value = position.board[square];
  const parts = [squareName(square), value === 1 ? t`black` : value === -1 ? t`white` : position.legal.includes(square) ? t`empty, legal` : t`empty`];
  const prob = view?.report?.moves?.probs[square];
  if (prob !== undefined && value === 0) parts.push(t`expected ${percent(prob)}`);
  return parts.join(', ');
}

/** One square as it is read. */
export function readWords(view: View, probs: Float32Array, square: number): string {
  const [mine, theirs] = mineOf(plyAt(view.game, view.ply)) === 'black' ? [t`black`, t`white`] : [t`white`, t`black`];
  const names = view.frame === 'black-white' ? [t`empty`, t`black`, t`white`] : [t`empty`, t`mine (${mine})`, t`theirs (${theirs})`];
  return `${squareName(square)}: ${names.map((name, state) => `${name} ${percent(probs[3 * square + state])}`).join(', ')}`;
}
