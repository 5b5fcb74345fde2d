/** The picture as a standalone SVG: no fonts, no scripts, no addresses from outside. */
import type { BackendReport } from '../../api/glasshouse.d.ts';
import { board, boardSize, type Square } from '../../marks/board.ts';
import { hex, viridis } from '../../marks/colour.ts';
import { fixed, local, percent } from '../../marks/numbers.ts';
import { escapeXml, moved, written, type Mark } from '../../marks/scene.ts';
import { accuracyScene, positionScene } from './parts/layers.ts';
import { sweepScene } from './parts/belief.ts';
import { t } from '../../words/words.ts';
import { FRAME_NAMES } from './sentence.ts';
import { editedBoard, moveSquares, plyAt, probsOf, readSquares, rightCount, topOfScale, trueSquares, type Source, type View } from './view.ts';
import { errorCount, wholePicture } from './whole-picture.ts';

const [WIDTH, MARGIN, CELL] = [1120, 28, 40] as const;
const SIDE = boardSize(CELL, true);
const STEP = SIDE + 26;

const words = (x: number, y: number, text: string, size = 12, weight = 400): Mark => ({ kind: 'words', at: [x, y], text, size, weight });

function wrap(text: string, length: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < length) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function row(top: number, boards: readonly (readonly [title: string, squares: readonly Square[] | null, note: string])[]): string {
  return boards.map(([title, squares, note], index) => {
    const x = MARGIN + index * STEP;
    return written([words(x, top, title, 13, 650), words(x, top + SIDE + 28, note)]) + (squares ? moved(board(squares, CELL, true), x, top + 8) : '');
  }).join('');
}

function scale(x: number, y: number, top: number): Mark[] {
  const steps = Array.from({ length: 32 }, (_, i): Mark => ({ kind: 'box', at: [x + 18 + i * 4, y - 10], size: [4.2, 11], fill: hex(viridis(i / 31)) }));
  return [words(x, y, '0'), ...steps, words(x + 154, y, percent(top))];
}

export function wholeImage(view: View, backend: BackendReport, origin: string): string {
  const { report, frame, layer } = view;
  const position = plyAt(view.game, view.ply);
  const caption = wholePicture(view);
  const read = (source: Source, of = frame): readonly [Square[] | null, string] => {
    const probs = probsOf(view, source, of, layer);
    return [probs && readSquares(probs, position, of), probs ? t`${rightCount(view, source, of, layer)} of 64 squares right` : ''];
  };
  const other = frame === 'mine-theirs' ? 'black-white' : 'mine-theirs';
  let y = MARGIN + 6;
  const parts = wrap(caption, 150).map((line) => written([words(MARGIN, (y += 18), line, 13)]));
  y += 34;
  const moves = report?.moves;
  const top = moves ? topOfScale(moves.probs) : 1;
  parts.push(row(y, [
    [t`The game after move ${view.ply}`, trueSquares(position), t`dots: legal moves; outlined: last move`],
    [t`As read from layer ${layer}, ${FRAME_NAMES[frame]}`, ...read('model')],
    [t`Where the next move is expected, %`, moves ? moveSquares(moves.probs, position.board, position.legal, top) : null, ''],
  ]));
  if (moves) parts.push(written(scale(MARGIN + 2 * STEP, y + SIDE + 28, top)));
  y += SIDE + 64;
  parts.push(row(y, [
    [t`Same layer, ${FRAME_NAMES[other]}`, ...read('model', other)], [t`Untrained network`, ...read('untrained')], [t`Bag of moves, no network`, ...read('bag')],
  ]));
  y += SIDE + 64;
  const found = report?.intervention;
  if (moves && found) {
    const { first, mean, draws } = found.control.randomDirection;
    const scaleTop = topOfScale(moves.probs, found.after.probs, ...(first ? [first.probs] : []));
    const believed = editedBoard(position, found);
    const squares = (probs: Float32Array) => moveSquares(probs, believed, found.editedLegal, scaleTop, { plus: found.newlyLegal, cross: found.newlyIllegal });
    parts.push(row(y, [
      [t`Changed board, belief unchanged`, squares(moves.probs), errorCount(found.before.errors)],
      [t`Belief changed`, squares(found.after.probs), errorCount(found.after.errors)],
      [t`A random direction instead`, first ? squares(first.probs) : null, first ? t`${errorCount(first.errors)}; mean of ${draws}: ${fixed(mean, 2)}` : t`mean of ${draws}: ${fixed(mean, 2)}`],
    ]));
    y += SIDE + 64;
  }
  const charts = [[t`This position`, positionScene(view, 500)], [t`Held-out games (precomputed)`, accuracyScene(view, 500)], [t`The change at one layer alone`, sweepScene(view, 500)]] as const;
  let tallest = 0;
  let column = 0;
  for (const [title, drawn] of charts) {
    if (!drawn || !view.probes) continue;
    if (column === 2) [y, tallest, column] = [y + tallest + 40, 0, 0];
    const x = MARGIN + column * 550;
    parts.push(written([words(x, y, title, 13, 650)]), moved(drawn.marks, x, y + 10));
    tallest = Math.max(tallest, drawn.height);
    column += 1;
  }
  y += tallest + 40;
  const { kind, selfCheck: { ok, maxAbsDiff, tolerance } } = backend;
  const [difference, allowed] = [local(maxAbsDiff.toExponential(1)), local(tolerance.toExponential(1))];
  const check = ok ? t`self-check passed (${difference} of ${allowed})` : t`self-check failed (${difference} of ${allowed})`;
  parts.push(written([words(MARGIN, y, `Glasshouse · ${origin} · ${kind}, ${check}`, 11)]));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y + MARGIN}" viewBox="0 0 ${WIDTH} ${y + MARGIN}" role="img" aria-label="${escapeXml(caption)}" font-family="system-ui, sans-serif"><rect width="100%" height="100%" fill="#ffffff"/>${parts.join('\n')}</svg>`;
}
