/** The pictures as tables. */
import type { Table } from '../../base/widget.ts';
import { FRAME_NAMES } from './sentence.ts';
import { squareName } from './settings.ts';
import { headWeights, plyAt, probsOf, rightCount, SQUARES, truth, type View } from './view.ts';

export const stateNames = (frame: View['frame']): string[] => (frame === 'mine-theirs' ? ['empty', 'mine', 'theirs'] : ['empty', 'black', 'white']);

/** Every square as it is, and as it is read. */
export function readTable(view: View): Table {
  const names = stateNames(view.frame);
  const right = truth(plyAt(view.game, view.ply), view.frame);
  const [read, untrained, bag] = (['model', 'untrained', 'bag'] as const).map((source) => probsOf(view, source, view.frame, view.layer));
  return {
    name: `Board, layer ${view.layer}, ${FRAME_NAMES[view.frame]}`,
    rows: [
      ['square', 'true', ...names, ...names.map((name) => `untrained: ${name}`), ...names.map((name) => `bag of moves: ${name}`)],
      ...SQUARES.map((square) => [
        squareName(square), names[right[square] ?? 0] ?? '',
        ...[read, untrained, bag].flatMap((probs) => names.map((_, state) => probs?.[3 * square + state] ?? null)),
      ]),
    ],
  };
}

export function moveTable({ game, ply, report }: View): Table {
  const { legal } = plyAt(game, ply);
  const found = report?.intervention;
  return {
    name: 'Moves',
    rows: [
      ['square', 'legal', 'expected', 'untrained', ...(found ? ['legal on the changed board', 'after the change', 'random direction'] : [])],
      ...SQUARES.map((square) => [
        squareName(square), legal.includes(square) ? 'yes' : 'no', report?.moves?.probs[square] ?? null, report?.untrainedMoves?.probs[square] ?? null,
        ...(found ? [found.editedLegal.includes(square) ? 'yes' : 'no', found.after.probs[square] ?? null, found.control.randomDirection.first?.probs[square] ?? null] : []),
      ]),
    ],
  };
}

/** Squares read right at this position, layer by layer. */
export function layerTable(view: View): Table {
  const { report } = view;
  const right = (source: 'model' | 'untrained', frame: View['frame'], layer: number) => rightCount(view, source, frame, layer);
  return {
    name: 'This position by layer',
    rows: [
      ['layer', 'mine/theirs', 'black/white', 'untrained, mine/theirs', 'bag of moves, mine/theirs', 'errors of the moves after the change', 'errors, random directions'],
      ...(view.probes?.layers ?? []).map((layer) => {
        const swept = report?.intervention?.sweep?.find((found) => found.layer === layer);
        return [layer, right('model', 'mine-theirs', layer), right('model', 'black-white', layer), right('untrained', 'mine-theirs', layer),
          rightCount(view, 'bag', 'mine-theirs', layer), swept?.errors ?? null, swept?.randomErrors ?? null];
      }),
    ],
  };
}

const CONTROLS = [
  ['untrained', 'untrained'], ['bagOfMoves', 'bag of moves'], ['owner', 'whoever played it'], ['majorityPerPly', 'majority per ply'], ['majority', 'majority'],
  ['shuffled', 'shuffled games'], ['twoLayer', 'two-layer probe'],
] as const;

/** Shares of squares on held-out games, as the folder says. */
export function accuracyTable({ probes }: View): Table {
  return {
    name: 'Accuracy on held-out games (precomputed)',
    rows: [
      ['layer', 'frame', 'all squares', 'squares with a disc', 'balanced', ...CONTROLS.flatMap(([, name]) => [name, `${name}: with a disc`, `${name}: balanced`])],
      ...(probes?.accuracy?.rows ?? []).map(({ layer, frame, all, nonEmpty, balanced, control }) =>
        [layer, FRAME_NAMES[frame], all, nonEmpty, balanced, ...CONTROLS.flatMap(([of]) => [control[of].all, control[of].nonEmpty, control[of].balanced])]),
    ],
  };
}

/** Flips of a disc on held-out positions, as the folder says. */
export function beliefTable({ probes }: View): Table {
  const found = probes?.beliefs;
  return {
    name: `Changed beliefs on ${found?.cases ?? 0} held-out positions (precomputed), mean errors`,
    rows: [
      ['layers', 'strength', 'before', 'after', 'random directions', '95 % of them below', 'another square', 'share without errors'],
      ...(found?.rows ?? []).map(({ layers, scale, errors, withoutErrors, control: { randomDirection, unrelatedSquare } }) =>
        [layers.join(' '), scale, found?.before ?? null, errors, randomDirection.mean, randomDirection.p95, unrelatedSquare, withoutErrors]),
    ],
  };
}

export function attentionTable({ game, ply, report }: View, layer: number): Table {
  const found = report?.attention.find((attention) => attention.layer === layer);
  const heads = Array.from({ length: found?.shape[0] ?? 0 }, (_, head) => head);
  return {
    name: `Attention of block ${layer} from the last move`,
    rows: [
      ['move', 'square', ...heads.map((head) => `head ${layer}.${head}`)],
      ...Array.from({ length: ply }, (_, at) => [at + 1, game.plies[at + 1]?.move ?? '', ...heads.map((head) => (found ? (headWeights(found, head)[at] ?? null) : null))]),
    ],
  };
}
