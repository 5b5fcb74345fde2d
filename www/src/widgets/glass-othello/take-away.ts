/** Every number that is shown, as plain JSON and as tables. */
import type { Model } from '../../api/glasshouse.d.ts';
import type { Intervention, MoveDistribution, MoveErrors, ProbeAccuracy } from '../../api/othello.d.ts';
import type { Table } from '../../base/widget.ts';
import { squareName } from './settings.ts';
import { accuracyTable, attentionTable, beliefTable, layerTable, moveTable, readTable } from './tables.ts';
import { editedBoard, plyAt, probsOf, rightCount, SQUARES, truth, type Source, type View } from './view.ts';
import { fitTable, type LiveFit } from './parts/fit.ts';

const names = (squares: readonly number[]): string[] => squares.map(squareName);

/** One read board: `[{square, empty, mine, theirs}]`, or black and white. */
function readBoard(view: View, source: Source, frame = view.frame): object[] | null {
  const probs = probsOf(view, source, frame, view.layer);
  const states = frame === 'mine-theirs' ? ['empty', 'mine', 'theirs'] : ['empty', 'black', 'white'];
  return probs && SQUARES.map((square) => ({ square: squareName(square), ...Object.fromEntries(states.map((name, state) => [name, probs[3 * square + state]])) }));
}

const errorsOf = ({ errors, falsePositives, falseNegatives }: MoveErrors, moves?: MoveDistribution): object => ({
  errors, falsePositives: names(falsePositives), falseNegatives: names(falseNegatives),
  ...(moves && { illegalMass: moves.illegalMass, moves: SQUARES.map((square) => ({ square: squareName(square), prob: moves.probs[square] })) }),
});

function intervention(found: Intervention, view: View): object {
  const { edits, editLayers, scale, report, game, ply } = view;
  const { randomDirection, unrelatedSquare } = found.control;
  const { first, ...chance } = randomDirection;
  return {
    edits: edits.map(({ square, how }) => ({ square: squareName(square), how })),
    layers: editLayers,
    scale,
    ignored: found.ignored.map(({ square, reason }) => ({ square: squareName(square), reason })),
    editedBoard: [...editedBoard(plyAt(game, ply), found)],
    editedLegal: names(found.editedLegal),
    newlyLegal: names(found.newlyLegal),
    newlyIllegal: names(found.newlyIllegal),
    before: { ...errorsOf(found.before), moves: report?.moves && SQUARES.map((square) => ({ square: squareName(square), prob: report.moves?.probs[square] })) },
    after: errorsOf(found.after, found.after),
    control: {
      randomDirection: { ...chance, first: first ? errorsOf(first, first) : null },
      unrelatedSquare: unrelatedSquare && { squares: names(unrelatedSquare.squares), ...errorsOf(unrelatedSquare) },
    },
    sweep: found.sweep,
  };
}

/** Controls as shares of all squares, and in full. */
const accuracy = ({ control, ...row }: ProbeAccuracy): object => ({
  ...row,
  control: { untrained: control.untrained.all, bagOfMoves: control.bagOfMoves.all, majority: control.majorityPerPly.all, shuffled: control.shuffled.all },
  controls: control,
});

export function data(view: View, model: Model, modelAddress: string, probesAddress: string | null, fit: LiveFit | null): object {
  const { report, game, ply, layer, frame, probes } = view;
  const position = plyAt(game, ply);
  const moves = report?.moves;
  const backend = report?.backend ?? model.backend;
  const last = fit?.history.at(-1);
  return {
    format: 'glass-othello 1',
    units: { prob: '0 to 1', accuracy: 'share of squares, 0 to 1', errors: 'squares', board: '1 black, -1 white, 0 empty; row-major from a1 at the top left', layer: '0 embedding, L after L blocks' },
    settings: {
      seed: view.seed, scale: view.scale, editLayers: view.editLayers, frame, layer,
      directions: view.sizes?.directions.used ?? null, sweep: view.sizes && view.sizes.sweep.used > 0,
    },
    transcript: game.transcript,
    refused: game.refused,
    ply,
    toMove: position.toMove,
    passed: position.passed,
    board: [...position.board],
    legal: names(position.legal),
    layer,
    frame,
    unread: report?.unread ?? null,
    probedBoard: readBoard(view, 'model'),
    wrongSquares: probsOf(view, 'model', frame, layer) && names(SQUARES.filter((square) => {
      const probs = probsOf(view, 'model', frame, layer)?.subarray(3 * square, 3 * square + 3) ?? new Float32Array(3);
      return probs.indexOf(Math.max(...probs)) !== truth(position, frame)[square];
    })),
    probedBoardControl: {
      otherFrame: readBoard(view, 'model', frame === 'mine-theirs' ? 'black-white' : 'mine-theirs'),
      untrained: readBoard(view, 'untrained'),
      bagOfMoves: readBoard(view, 'bag'),
    },
    squaresRight: (probes?.layers ?? []).flatMap((at) => (probes?.frames ?? []).map((of) => ({
      layer: at, frame: of, model: rightCount(view, 'model', of, at), control: { untrained: rightCount(view, 'untrained', of, at), bagOfMoves: rightCount(view, 'bag', of, at) },
    }))),
    probeAccuracy: (probes?.accuracy?.rows ?? []).map(accuracy),
    probeAccuracyIs: 'precomputed on held-out games',
    moves: moves ? SQUARES.map((square) => ({ square: squareName(square), prob: moves.probs[square], legal: position.legal.includes(square) })) : [],
    legalMass: moves?.legalMass ?? null,
    illegalMass: moves?.illegalMass ?? null,
    top1: moves && moves.top1 !== null ? { square: squareName(moves.top1), legal: moves.top1Legal } : null,
    untrained: report?.untrainedMoves ? { legalMass: report.untrainedMoves.legalMass, illegalMass: report.untrainedMoves.illegalMass } : null,
    intervention: report?.intervention ? intervention(report.intervention, view) : null,
    interventionTable: probes?.beliefs ?? null,
    interventionTableIs: 'precomputed: flips of one disc on held-out positions, mean errors',
    attention: (report?.attention ?? []).map(({ layer: block, shape, data: weights }) => ({ block, shape, axes: ['head', 'past move'], data: [...weights] })),
    liveFit: fit && last ? { layer: fit.layer, frame: fit.frame, seed: fit.seed, history: fit.history.filter(({ phase }) => phase !== 'playing').map(({ step, probes: fitted }) => ({ step, probes: fitted })), games: last.games, heldOutGames: last.heldOutGames } : null,
    model: { address: modelAddress, parameters: model.parameters, config: model.config },
    probes: probes && { address: probesAddress, model: probes.model, layers: probes.layers, frames: probes.frames },
    backend: backend.kind,
    adapter: backend.adapter,
    selfCheck: backend.selfCheck,
  };
}

export function tables(view: View, fit: LiveFit | null): Table[] {
  const shown = view.report?.moves ? [readTable(view), moveTable(view), layerTable(view), accuracyTable(view), beliefTable(view), attentionTable(view, Math.max(0, view.layer - 1))] : [];
  return fit ? [...shown, fitTable(fit)] : shown;
}
