/** The pictures as tables. */
import type { Table } from '../../base/widget.ts';
import { t } from '../../words/words.ts';
import { FRAME_NAMES } from './sentence.ts';
import { squareName } from './settings.ts';
import { headWeights, plyAt, probsOf, rightCount, SQUARES, truth, type View } from './view.ts';

const stateNames = (frame: View['frame']): string[] => (frame === 'mine-theirs' ? [t`empty`, t`mine`, t`theirs`] : [t`empty`, t`black`, t`white`]);

/** Every square as it is, and as it is read. */
export function readTable(view: View): Table {
  const names = stateNames(view.frame);
  const right = truth(plyAt(view.game, view.ply), view.frame);
  const [read, untrained, bag] = (['model', 'untrained', 'bag'] as const).map((source) => probsOf(view, source, view.frame, view.layer));
  return {
    name: t`Board, layer ${view.layer}, ${FRAME_NAMES[view.frame]}`,
    rows: [
      [t`square`, t`true`, ...names, ...names.map((name) => t`untrained: ${name}`), ...names.map((name) => t`bag of moves: ${name}`)],
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
    name: t`Moves`,
    rows: [
      [t`square`, t`legal`, t`expected`, t`untrained`, ...(found ? [t`legal on the changed board`, t`after the change`, t`random direction`] : [])],
      ...SQUARES.map((square) => [
        squareName(square), legal.includes(square) ? t`yes` : t`no`, report?.moves?.probs[square] ?? null, report?.untrainedMoves?.probs[square] ?? null,
        ...(found ? [found.editedLegal.includes(square) ? t`yes` : t`no`, found.after.probs[square] ?? null, found.control.randomDirection.first?.probs[square] ?? null] : []),
      ]),
    ],
  };
}

/** Squares read right at this position, layer by layer. */
export function layerTable(view: View): Table {
  const { report } = view;
  const right = (source: 'model' | 'untrained', frame: View['frame'], layer: number) => rightCount(view, source, frame, layer);
  return {
    name: t`This position by layer`,
    rows: [
      [t`layer`, t`mine/theirs`, t`black/white`, t`untrained, mine/theirs`, t`bag of moves, mine/theirs`, t`errors of the moves after the change`, t`errors, random directions`],
      ...(view.probes?.layers ?? []).map((layer) => {
        const swept = report?.intervention?.sweep?.find((found) => found.layer === layer);
        return [layer, right('model', 'mine-theirs', layer), right('model', 'black-white', layer), right('untrained', 'mine-theirs', layer),
          rightCount(view, 'bag', 'mine-theirs', layer), swept?.errors ?? null, swept?.randomErrors ?? null];
      }),
    ],
  };
}

const CONTROLS = [
  ['untrained', t`untrained`], ['bagOfMoves', t`bag of moves`], ['owner', t`whoever played it`], ['majorityPerPly', t`majority per ply`], ['majority', t`majority`],
  ['shuffled', t`shuffled games`], ['twoLayer', t`two-layer probe`],
] as const;

/** Shares of squares on held-out games, as the folder says. */
export function accuracyTable({ probes }: View): Table {
  return {
    name: t`Accuracy on held-out games (precomputed)`,
    rows: [
      [t`layer`, t`frame`, t`all squares`, t`squares with a disc`, t`balanced`, ...CONTROLS.flatMap(([, name]) => [name, t`${name}: with a disc`, t`${name}: balanced`])],
      ...(probes?.accuracy?.rows ?? []).map(({ layer, frame, all, nonEmpty, balanced, control }) =>
        [layer, FRAME_NAMES[frame], all, nonEmpty, balanced, ...CONTROLS.flatMap(([of]) => [control[of].all, control[of].nonEmpty, control[of].balanced])]),
    ],
  };
}

/** Flips of a disc on held-out positions, as the folder says. */
export function beliefTable({ probes }: View): Table {
  const found = probes?.beliefs;
  return {
    name: t`Changed beliefs on ${found?.cases ?? 0} held-out positions (precomputed), mean errors`,
    rows: [
      [t`layers`, t`strength`, t`before`, t`after`, t`random directions`, t`95 % of them below`, t`another square`, t`share without errors`],
      ...(found?.rows ?? []).map(({ layers, scale, errors, withoutErrors, control: { randomDirection, unrelatedSquare } }) =>
        [layers.join(' '), scale, found?.before ?? null, errors, randomDirection.mean, randomDirection.p95, unrelatedSquare, withoutErrors]),
    ],
  };
}

export function attentionTable({ game, ply, report }: View, layer: number): Table {
  const found = report?.attention.find((attention) => attention.layer === layer);
  const heads = Array.from({ length: found?.shape[0] ?? 0 }, (_, head) => head);
  return {
    name: t`Attention of block ${layer} from the last move`,
    rows: [
      [t`move`, t`square`, ...heads.map((head) => t`head ${layer}.${head}`)],
      ...Array.from({ length: ply }, (_, at) => [at + 1, game.plies[at + 1]?.move ?? '', ...heads.map((head) => (found ? (headWeights(found, head)[at] ?? null) : null))]),
    ],
  };
}
